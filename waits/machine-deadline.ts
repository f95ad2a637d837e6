/**
 * How long a machine is waited for. A disk whose class waits for its first consumer is made and filled only when the machine
 * starts, so its time counts from then; such disks are filled side by side. A disk that is bound before has had its time.
 */
export function machineDeadline(
    baseMs: number,
    disks: readonly {
        /** Whether it gets its volume without the machine. */
        readonly bound: boolean;
        readonly deadlineMs: number;
    }[],
): number {
    const late = disks.filter(({ bound }) => !bound).map(({ deadlineMs }) => deadlineMs);
    return baseMs + Math.max(0, ...late);
}
