import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import {
    Cluster,
    Disk,
    type DiskArgs,
    ExistingStorage,
    type InlineDisk,
    VirtualMachine,
    type VirtualMachineArgs,
} from "../../../components";
import type { RawResource, Settings } from "../../changes/settings";

/** Machines and disks of ours and raw resources beside them, all as a file lists them, so that a test can edit the program. */
const config = new pulumi.Config();
const settings = JSON.parse(readFileSync(config.require("settings"), "utf8")) as Settings;
const kubeconfig = readFileSync(config.require("kubeconfig"), "utf8");
const namespace = config.require("namespace");

const cluster = new Cluster("sandbox", {
    kubeconfig,
    identifier: settings.cluster.identifier,
    namespace,
});
const storageOn = new Map<string, ExistingStorage>();

function storage(storageClass = "sandbox-block"): ExistingStorage {
    const found =
        storageOn.get(storageClass) ??
        new ExistingStorage(`on-${storageClass}`, { cluster, storageClass });
    storageOn.set(storageClass, found);
    return found;
}

const disks = new Map<string, Disk>();
for (const [name, { storageClass, was, ...args }] of Object.entries(settings.disks)) {
    disks.set(
        name,
        new Disk(
            name,
            { ...(args as Omit<DiskArgs, "storage">), storage: storage(storageClass) },
            was === undefined ? {} : { aliases: [{ name: was }] },
        ),
    );
}

for (const [name, { disks: wanted, secret, ...args }] of Object.entries(settings.machines)) {
    new VirtualMachine(name, {
        ...(args as Omit<VirtualMachineArgs, "cluster" | "disks">),
        ...(secret === undefined ? {} : { cloudInit: { userData: pulumi.secret(secret) } }),
        cluster,
        disks: wanted.map((one) =>
            typeof one === "string"
                ? (disks.get(one) as Disk)
                : ({
                      ...one,
                      storage: storage(one.storageClass),
                      storageClass: undefined,
                  } as unknown as InlineDisk),
        ),
    });
}

/** Providers by their names, for what is made through another one than the cluster's. */
const providers = new Map<string, pulumi.ProviderResource>(
    Object.entries(settings.providers).map(([name, { server, ...args }]) => [
        name,
        new Provider(name, {
            ...placed(args),
            kubeconfig:
                server === undefined
                    ? kubeconfig
                    : kubeconfig.replace(/server: .*/, `server: ${server}`),
        }),
    ]),
);

/** A resource of any type, as its package would register it. */
class Raw extends pulumi.CustomResource {
    constructor(
        type: string,
        name: string,
        props: pulumi.Inputs,
        opts: pulumi.CustomResourceOptions,
    ) {
        super(type, name, { metadata: undefined, ...props }, opts);
    }
}

/** A component that the provider makes, such as a chart of Helm 4. */
class Remote extends pulumi.ComponentResource {
    constructor(
        type: string,
        name: string,
        props: pulumi.Inputs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(type, name, props, opts, true);
    }
}

const made = new Map<string, Raw>();
for (const [name, raw] of Object.entries(settings.raw)) {
    make(name, raw);
}

function make(name: string, raw: RawResource): void {
    const { type, props = {}, after = [], provider, ownedBy, secrets, remote, ...opts } = raw;
    const own = provider === undefined ? cluster.provider : providers.get(provider);
    const options = {
        ...opts,
        ...(type.startsWith("pulumi-nodejs:") ? {} : { provider: own as pulumi.ProviderResource }),
        dependsOn: after.flatMap((one) => made.get(one) ?? []),
        ...(opts.deletedWith === undefined ? {} : { deletedWith: made.get(opts.deletedWith) }),
    } as unknown as pulumi.CustomResourceOptions;
    if (remote === true) {
        new Remote(type, name, placed(props), options);
        return;
    }
    const inputs = {
        ...placed(props),
        ...Object.fromEntries(
            Object.entries(placed(secrets ?? {})).map(([key, value]) => [
                key,
                pulumi.secret(value),
            ]),
        ),
    };
    const owner = ownedBy === undefined ? undefined : made.get(ownedBy);
    if (owner !== undefined) {
        inputs["metadata"] = {
            ...(inputs["metadata"] as object),
            ownerReferences: [
                {
                    apiVersion: "v1",
                    kind: "ConfigMap",
                    name: ownedBy,
                    uid: (
                        owner as unknown as { metadata: pulumi.Output<{ uid: string }> }
                    ).metadata.apply((metadata) => metadata.uid),
                },
            ],
        };
    }
    made.set(name, new Raw(type, name, inputs, options));
}

/** Values with the namespace of the run where they say `@namespace`, and the charts of the tests where they say `@charts`. */
function placed(props: pulumi.Inputs): pulumi.Inputs {
    const charts = join(__dirname, "..", "..", "fixtures", "charts");
    return JSON.parse(
        JSON.stringify(props).replaceAll("@namespace", namespace).replaceAll("@charts", charts),
    ) as pulumi.Inputs;
}
