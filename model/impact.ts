/**
 * What a change does to running machines and to data: the words of doc comments (`@impact`), refusals, reports and docs.
 *
 * - `live`: applied while the machine runs.
 * - `restart`: accepted, takes effect when the machine is next restarted.
 * - `replace-vm`: the machine object is made anew; its disks stay.
 * - `refused`: not applied; the message says what to do instead.
 * - `data-loss`: data goes; never without an explicit word of the user.
 */
export const impacts = ["live", "restart", "replace-vm", "refused", "data-loss"] as const;

export type Impact = (typeof impacts)[number];
