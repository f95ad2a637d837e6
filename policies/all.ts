import { chartSecrets } from "./chart-secrets";
import { digests } from "./digests";
import { hostPath } from "./host-path";
import { inlineSecrets } from "./inline-secrets";
import { limits } from "./limits";
import { migratable } from "./migratable";
import { namespaces } from "./namespaces";
import type { Policy } from "./policy";
import { privileges } from "./privileges";
import { replicas } from "./replicas";
import { retain } from "./retain";
import { snapshotSchedule } from "./snapshot-schedule";

/** Every policy of the pack, in the order of the guide. */
export const policies: readonly Policy[] = [
    inlineSecrets,
    chartSecrets,
    privileges,
    hostPath,
    replicas,
    limits,
    digests,
    namespaces,
    retain,
    migratable,
    snapshotSchedule,
];
