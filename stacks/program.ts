import * as pulumi from "@pulumi/pulumi";
import { Cluster, safetyLedger, VirtualizationPlatform } from "../components";
import { environment } from "./environment";
import { goldenImages } from "./images";
import { fleetsOf, machinesOf } from "./machines";
import { networksOf } from "./networks";
import { storageOf } from "./storage";

/**
 * What every stack on a real cluster consists of: the same code, with the environment that stacks/Pulumi.<stack>.yaml says. What an
 * environment has no words for is written here, or in a program of the stack's own: stacks/<stack>.ts.
 */
const env = environment();

const cluster = new Cluster(pulumi.getStack(), env.cluster);
const platform = new VirtualizationPlatform("virt", {
    certManager: "skip",
    snapshots: "adopt",
    kubevirt: "adopt",
    cdi: "adopt",
    ...env.platform,
    cluster,
});
const storage = storageOf(env, platform);
const images = goldenImages(env.images, storage.backend);
const networks = networksOf(env.networks, platform);
const parts = { cluster: platform, storage, images, networks };

const byName = machinesOf(env, parts);
const fleetsByName = fleetsOf(env, parts);

export const machines = Object.fromEntries(
    Object.entries(byName).map(([name, { ready, volumes, commands }]) => [
        name,
        { ready, volumes, console: commands.console },
    ]),
);
export const fleets = Object.fromEntries(
    Object.entries(fleetsByName).map(([name, { ready }]) => [name, ready]),
);
export const ledger = safetyLedger({
    machines: [...Object.values(byName), ...Object.values(fleetsByName)],
});
