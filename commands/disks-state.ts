import type { StateIds } from "./disks-list";

interface StateResource {
    readonly type: string;
    readonly id?: string;
}

/** The disks that an exported state has. Source: Pulumi sdk/go/common/apitype, DeploymentV3; ids of the Kubernetes provider. */
export function disksOfState(exported: string): StateIds {
    const { deployment } = JSON.parse(exported) as {
        readonly deployment?: { readonly resources?: readonly StateResource[] | null };
    };
    return new Set(
        (deployment?.resources ?? []).flatMap(({ type, id = "" }) => {
            switch (type) {
                case "kubernetes:core/v1:PersistentVolumeClaim":
                case "kubernetes:cdi.kubevirt.io/v1beta1:DataVolume":
                    return [`claim ${id}`];
                case "kubernetes:core/v1:PersistentVolume":
                    return [`volume ${id}`];
                default:
                    return [];
            }
        }),
    );
}
