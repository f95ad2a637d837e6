import {
    type Decide,
    decideChange,
    type Decision,
    liveAlone,
    type RunningMachine,
    type Seen,
    staged,
} from "./machine-change-decision";
import { type Difference, type Fields, isFields, isSame } from "./machine-difference";
import {
    claimOf,
    interfaceOf,
    isCdrom,
    isHotpluggable,
    nameOf,
    networkOf,
    strategyOf,
    volumeOf,
} from "./machine-object";

const { live, restart, "next-start": nextStart } = decideChange;

/** Source: validLiveUpdateVolumes in vm.go, pkg/storage/hotplug/hotplug.go. */
export const decideVolume: Decide = ({ place, from, to }, seen) => {
    const migrates = strategyOf(seen.to) === "Migration";
    if (to === undefined) {
        return isHotpluggable(from)
            ? unplug("the disk is unplugged: unmount it in the guest first", migrates)
            : restart("only a hotpluggable disk can be taken out of a running machine");
    }
    if (from === undefined) {
        return isHotpluggable(to)
            ? unplug("the disk is plugged in", migrates)
            : restart("only a hotpluggable disk can be put into a running machine");
    }
    if (isHotpluggable(to)) {
        return isHotpluggable(from)
            ? unplug("the disk is unplugged, and the other one plugged in", migrates)
            : nextStart("the disk becomes hotpluggable when the machine is started with it");
    }
    if (migrates && claimOf(from) !== undefined && claimOf(to) !== undefined) {
        return seen.running.migratable === false
            ? restart(
                  "moving a disk to another claim moves the machine, and this machine cannot move",
              )
            : seen.running.rollout === "Stage"
              ? restart(staged)
              : liveAlone("the disk's data is copied to the other claim while the machine runs");
    }
    return restart(
        claimOf(from) !== undefined && claimOf(to) !== undefined
            ? `the machine boots with another disk under the name ${JSON.stringify(nameOf(place))}`
            : "what is in a machine's volume is read when it starts",
    );
};

/** Declarative hotplug does nothing while volumes are migrated (HandleDeclarativeVolumes in hotplug.go). */
function unplug(why: string, migrates: boolean): Decision {
    return migrates
        ? nextStart("KubeVirt plugs and unplugs nothing while updateVolumesStrategy is Migration")
        : live(why);
}

/** Source: validLiveUpdateDisks in vm.go, filterHotplugVMIDisks in pkg/storage/hotplug/hotplug.go. */
export const decideDisk: Decide = ({ place, from, to }, seen) => {
    const name = nameOf(place);
    const [old, now] = [volumeOf(seen.from, name), volumeOf(seen.to, name)];
    const migrates = strategyOf(seen.to) === "Migration";
    if (to === undefined) {
        return isHotpluggable(old) && !isCdrom(from)
            ? unplug("the disk is unplugged: unmount it in the guest first", migrates)
            : restart("only a hotpluggable disk can be taken out of a running machine");
    }
    if (!isHotpluggable(now)) {
        return restart(
            from === undefined
                ? "only a hotpluggable disk can be put into a running machine"
                : "how a disk is attached is decided when the machine starts",
        );
    }
    if (from !== undefined && isSame(old, now)) {
        return nextStart("how a disk is attached is decided when it is plugged in");
    }
    return unplug("the disk is plugged in", migrates);
};

/** Source: pkg/network/vmliveupdate/restart.go, pkg/network/controllers/vm.go (applyDynamicIfaceRequestOnVMI). */
export const decideInterface: Decide = ({ place, from, to }, seen) => {
    const [old, now] = [isFields(from) ? from : {}, isFields(to) ? to : {}];
    if (to === undefined) {
        return old["state"] === "absent"
            ? live("the network card was unplugged before")
            : restart(
                  `an interface is unplugged by state "absent" first, and otherwise goes at a restart`,
              );
    }
    if (from === undefined) {
        return decideNewInterface(now, networkOf(seen.to, nameOf(place)), seen.running);
    }
    if (!isSame({ ...old, state: "" }, { ...now, state: "" })) {
        return restart("how a network card is attached is decided when the machine starts");
    }
    return live(
        now["state"] === "absent"
            ? "the network card is unplugged"
            : "the network card's link goes up or down",
    );
};

function decideNewInterface(now: Fields, network: Fields, running: RunningMachine): Decision {
    if (network["pod"] !== undefined) {
        return restart("a running machine cannot be put into the pod network");
    }
    if (now["state"] === "absent") {
        return live("there is no such network card, and none is plugged in");
    }
    if (now["bridge"] === undefined && now["sriov"] === undefined) {
        return nextStart("KubeVirt plugs in network cards with the bridge or sriov binding only");
    }
    return running.migratable === false
        ? nextStart(
              "KubeVirt plugs a network card in by moving the machine, and this machine cannot move",
          )
        : live("KubeVirt plugs the network card in, and may move the machine to do so");
}

/** Source: haveNetsChangedIgnoringNADName in restart.go, pkg/network/migration/evaluator.go. */
export const decideNetwork: Decide = (difference, seen) => {
    const { place, from, to } = difference;
    const name = nameOf(place);
    if (from === undefined || to === undefined) {
        const interfaces = [seen.from, seen.to].map((object) => interfaceOf(object, name));
        return decideInterface({ place, from: interfaces[0], to: interfaces[1] }, seen);
    }
    if (!isSame(withoutAttachment(from), withoutAttachment(to))) {
        return restart("another kind of network is there when the machine starts");
    }
    return seen.running.migratable === false
        ? nextStart(
              "KubeVirt changes the network of a card by moving the machine, and this machine cannot move",
          )
        : live("KubeVirt moves the machine to a pod that is in the other network");
};

function withoutAttachment(network: unknown): unknown {
    const { multus } = isFields(network) ? network : {};
    return isFields(multus)
        ? { ...(network as Fields), multus: { ...multus, networkName: "" } }
        : network;
}

/** The argument that a disk or a volume comes from. */
export function volumeField({ place }: Difference, { from, to }: Seen): string {
    const name = nameOf(place);
    const volume = volumeOf(to, name) ?? volumeOf(from, name) ?? {};
    if (claimOf(volume) !== undefined) {
        return `disks ${JSON.stringify(name)}`;
    }
    if (volume["cloudInitNoCloud"] !== undefined || volume["cloudInitConfigDrive"] !== undefined) {
        return "cloudInit";
    }
    return volume["sysprep"] === undefined ? `volumes ${JSON.stringify(name)}` : "sysprep";
}

/** The argument that a network or its interface comes from. */
export function networkField({ place }: Difference): string {
    return `networks ${JSON.stringify(nameOf(place))}`;
}
