import assert from "node:assert/strict";
import type {
    CdiArgs,
    CephRbdArgs,
    CertManagerArgs,
    ExistingStorageArgs,
    InlineDisk,
    KubeVirtArgs,
    LonghornArgs,
    MachineNetworkArgs,
    NetworkPlumbingArgs,
    PlumbingPartArgs,
    SnapshotSupportArgs,
    SriovPartArgs,
    SriovPoolArgs,
    VirtualMachineArgs,
    VirtualMachineFleetArgs,
    VmNetworkArgs,
} from "../../components";
import type { Fleet, Machine, Networks, Platform, Storage } from "../../stacks/schema/environment";

/** Every field of an object, also of each of several that a type lets choose from. */
type Fields<T> = T extends object ? keyof T : never;

/** `true` where an environment's part has no field that its component does not have, else those fields. The program spreads it, where the compiler does not look. */
type Fits<Part, Args, Own extends string = never> = [
    Exclude<Fields<Part>, Fields<Args> | Own>,
] extends [never]
    ? true
    : Exclude<Fields<Part>, Fields<Args> | Own>;

type Ceph = Extract<Storage, { ceph: unknown }>["ceph"];
type Longhorn = Extract<Storage, { longhorn: unknown }>["longhorn"];
type Existing = Extract<Storage, { existing: unknown }>["existing"];
type Parts = Required<Platform>;
type Plumbing = Extract<Parts["networks"], object>;
type SriovPart = Extract<Plumbing["sriov"], object>;
type Tier<Backend extends { tiers?: object }> = NonNullable<Backend["tiers"]>[keyof NonNullable<
    Backend["tiers"]
>];

describe("the fields of an environment", () => {
    it("are those of the components, by the same names: the compiler says so", () => {
        const ceph: Fits<Ceph, CephRbdArgs> = true;
        const longhorn: Fits<Longhorn, LonghornArgs> = true;
        const existing: Fits<Existing, ExistingStorageArgs, "tiers"> = true;
        const cephTier: Fits<Tier<Ceph>, CephRbdArgs> = true;
        const longhornTier: Fits<Tier<Longhorn>, LonghornArgs> = true;
        const kubevirt: Fits<Parts["kubevirt"], KubeVirtArgs> = true;
        const cdi: Fits<Parts["cdi"], CdiArgs> = true;
        const snapshots: Fits<Parts["snapshots"], SnapshotSupportArgs> = true;
        const certManager: Fits<Parts["certManager"], CertManagerArgs> = true;
        const plumbing: Fits<Plumbing, NetworkPlumbingArgs> = true;
        const multus: Fits<Extract<Plumbing["multus"], object>, PlumbingPartArgs> = true;
        const sriov: Fits<SriovPart, SriovPartArgs> = true;
        const pool: Fits<NonNullable<SriovPart["pools"]>[number], SriovPoolArgs> = true;
        const machine: Fits<Machine, VirtualMachineArgs> = true;
        const disk: Fits<Machine["disks"][number], InlineDisk, "image" | "tier"> = true;
        const nic: Fits<NonNullable<Machine["networks"]>[number], MachineNetworkArgs> = true;
        const fleet: Fits<Fleet, VirtualMachineFleetArgs, "machine"> = true;
        const network: Fits<Networks[string], VmNetworkArgs> = true;
        const storage = [ceph, longhorn, existing, cephTier, longhornTier];
        const platform = [kubevirt, cdi, snapshots, certManager, plumbing, multus, sriov, pool];
        const machines = [machine, disk, nic, fleet, network];
        assert.ok([...storage, ...platform, ...machines].every(Boolean));
    });
});
