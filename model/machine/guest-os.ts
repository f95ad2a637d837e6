/** What runs in a machine, as far as it changes how the machine is built. */
export const guestSystems = ["linux", "windows"] as const;
export type GuestSystem = (typeof guestSystems)[number];
