"use strict";

/**
 * What Pulumi keeps in the state for an uninstall guard, and runs when the guard is to be deleted: also in a bare `pulumi destroy`,
 * which runs no program. So it stands by itself: it may use what Node and this package's dependencies offer, and nothing of
 * this package. It is read as text (uninstall-guard.ts).
 */
const http = require("node:http");
const https = require("node:https");

/** As many names of a kind as a person reads. */
const shown = 10;

/** What each part holds, and what would go with it. */
const held = {
    KubeVirt: [
        { kind: "VirtualMachine", path: "/apis/kubevirt.io/v1/virtualmachines" },
        { kind: "VirtualMachineInstance", path: "/apis/kubevirt.io/v1/virtualmachineinstances" },
        {
            kind: "VirtualMachineInstanceReplicaSet",
            path: "/apis/kubevirt.io/v1/virtualmachineinstancereplicasets",
        },
    ],
    CDI: [
        // CDI leaves those of a DataImportCron out (pkg/apiserver/webhooks/cdi-validate.go): their images come back by themselves.
        {
            kind: "DataVolume",
            path: "/apis/cdi.kubevirt.io/v1beta1/datavolumes?labelSelector=%21cdi.kubevirt.io%2FdataImportCron",
        },
    ],
};

/** How long volumes that are on their way out are waited for. */
const patienceMs = 120_000;

async function refuseWhileUsed(props) {
    const { what, parts, namespaces, erased, driver, locked } = props;
    if (locked) {
        throw refusal(`${what} is not to be removed yet, and nothing of it was. ${locked}`);
    }
    if (parts.length === 0 && namespaces.length === 0 && !erased && !driver) {
        return;
    }
    const config = load(props.kubeconfig, props.context);
    await refuseWhileOccupied(props, config);
    if (driver) {
        await refuseWhileDriverIsNeeded(props, config);
    }
    if (erased) {
        await refuseWhatIsNotNamed(props, config);
    }
}

async function refuseWhileOccupied({ what = "the platform", parts, namespaces }, config) {
    const kinds = [
        ...parts.flatMap((part) => held[part] ?? []),
        // They go with their namespace, and with them what is on them.
        ...namespaces.map((namespace) => ({
            kind: "PersistentVolumeClaim",
            path: `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
        })),
    ];
    const lists = await Promise.all(
        kinds.map(async ({ kind, path }) => ({ kind, names: await namesAt(config, path) })),
    );
    // A machine that runs is there twice.
    const machines = lists.find(({ kind }) => kind === "VirtualMachine")?.names ?? [];
    const used = lists
        .map(({ kind, names }) => ({
            kind,
            names:
                kind === "VirtualMachineInstance"
                    ? names.filter((name) => !machines.includes(name))
                    : names,
        }))
        .filter(({ names }) => names.length > 0);
    if (used.length > 0) {
        throw refusal(messageFor(what, used));
    }
}

/** Whoever has said what may go has not said it of what came later. */
async function refuseWhatIsNotNamed({ what, erased }, config) {
    const found = await namesAt(config, erased.path);
    const names = found
        .map((name) => name.split("/").at(-1))
        .filter((name) => !erased.names.includes(name));
    if (names.length > 0) {
        throw refusal(
            [
                `removing ${what} would erase data, and nothing of it was removed. Nobody has named:`,
                lineFor({ kind: erased.kind, names }),
                "Move its data and delete it, or name it in eraseVolumes and run an update; then run the destroy again.",
            ].join("\n"),
        );
    }
}

/** A volume whose driver is gone is never detached and never deleted. What is on its way out gets the time that it takes. */
async function refuseWhileDriverIsNeeded({ what, driver }, config) {
    const deadline = Date.now() + patienceMs;
    for (;;) {
        const [attachments, volumes] = await Promise.all([
            objectsAt(config, "/apis/storage.k8s.io/v1/volumeattachments"),
            objectsAt(config, "/api/v1/persistentvolumes"),
        ]);
        const used = [
            {
                kind: "VolumeAttachment",
                names: attachments
                    .filter(({ spec }) => spec.attacher === driver)
                    .map(({ spec }) => `${spec.source.persistentVolumeName} on ${spec.nodeName}`),
            },
            {
                kind: "PersistentVolume",
                names: volumes
                    .filter(({ spec }) => spec.csi?.driver === driver)
                    .filter(isOnItsWayOut)
                    .map(({ metadata }) => metadata.name),
            },
        ].filter(({ names }) => names.length > 0);
        if (used.length === 0) {
            return;
        }
        if (Date.now() > deadline) {
            throw refusal(
                [
                    `${what} is in use, and nothing of it was removed. Its driver ${driver} has yet to detach or delete:`,
                    ...used.map(lineFor),
                    "Stop the pods that use them, or see why they do not go (kubectl describe), then run the destroy again.",
                ].join("\n"),
            );
        }
        await new Promise((resolve) => setTimeout(resolve, 1000));
    }
}

function isOnItsWayOut({ metadata, spec, status }) {
    return (
        metadata.deletionTimestamp !== undefined ||
        (status?.phase === "Released" && spec.persistentVolumeReclaimPolicy === "Delete")
    );
}

function lineFor({ kind, names }) {
    const more = names.length - shown;
    return `  ${kind}: ${names.slice(0, shown).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function messageFor(what, used) {
    const lines = used.map(lineFor);
    const [disk] = used.find(({ kind }) => kind === "DataVolume")?.names ?? [];
    const [namespace, name] = disk?.split("/") ?? [];
    return [
        `${what} is in use, and nothing of it was removed. Still there:`,
        ...lines,
        ...(used.some(({ kind }) => kind.startsWith("VirtualMachine"))
            ? ["Delete the machines first, with the stack that made them."]
            : []),
        ...(used.some(({ kind }) => kind === "PersistentVolumeClaim")
            ? [
                  "A claim in a namespace of the platform goes with it: move its data, then delete it.",
              ]
            : []),
        ...(disk === undefined
            ? []
            : [
                  "A DataVolume may go without the data: this keeps its claim and its volume.",
                  `  kubectl delete datavolume -n ${namespace} ${name} --cascade=orphan`,
              ]),
        "Then run the destroy again.",
    ].join("\n");
}

function load(kubeconfig, context) {
    const { KubeConfig } = require("@kubernetes/client-node/dist/config.js");
    const config = new KubeConfig();
    try {
        config.loadFromString(kubeconfig);
    } catch {
        // The parser's message quotes the text, which has the keys in it.
        throw refusal("the kubeconfig in the state cannot be read: run an update with a good one");
    }
    if (context) {
        config.setCurrentContext(context);
    }
    return config;
}

async function namesAt(config, path) {
    const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    return (await objectsAt(config, path, accept)).map(({ metadata }) =>
        metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`,
    );
}

async function objectsAt(config, path, accept = "application/json") {
    const server = config.getCurrentCluster()?.server ?? "";
    const { status, body } = await get(config, server, path, accept).catch((error) => {
        throw refusal(
            `whether it is in use cannot be seen, so nothing of it was removed: ${server} does not answer (${error.message}). Run it again when the cluster can be reached.`,
        );
    });
    if (status === 404) {
        // A kind that is not served has no objects.
        return [];
    }
    if (status !== 200) {
        throw refusal(
            `whether it is in use cannot be seen, so nothing of it was removed: ${path.split("?")[0]} answers with HTTP ${status}. Allow this account to list it.`,
        );
    }
    // An empty list of metadata has null for its items.
    return JSON.parse(body).items ?? [];
}

async function get(config, server, path, accept) {
    const url = new URL(server.replace(/\/$/, "") + path);
    const options = {
        headers: { accept },
        timeout: 20_000,
    };
    await config.applyToHTTPSOptions(options);
    return new Promise((resolve, reject) => {
        const request = (url.protocol === "http:" ? http : https).get(url, options, (response) => {
            let body = "";
            response.setEncoding("utf8");
            response.on("data", (chunk) => (body += chunk));
            response.on("end", () => resolve({ status: response.statusCode, body }));
            response.on("error", reject);
        });
        request.on("timeout", () => request.destroy(new Error("no answer in 20 seconds")));
        request.on("error", reject);
    });
}

/** Without its stack, which has nothing to say to a user. */
function refusal(message) {
    const error = new Error(message);
    error.stack = message;
    return error;
}

exports.handler = () => ({
    create: async (inputs) => ({ id: "guard", outs: inputs }),
    update: async (_id, _olds, news) => ({ outs: news }),
    delete: async (_id, props) => refuseWhileUsed(props),
});
