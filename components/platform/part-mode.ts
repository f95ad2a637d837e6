/**
 * What a stack does about a part of the platform. `install`: it brings it and looks after it. `adopt`: it is there, and only
 * checked. `skip`: it is nothing to this stack, which removes it if it has installed it.
 */
export type PartMode = "install" | "adopt" | "skip";

/** A part's mode, or its arguments, with `install` for their default. */
export type PartOf<Args> = PartMode | Omit<Args, "cluster">;
