import type { VolumeMode } from "./access";
import type { Problems } from "./problems";
import type { FieldRule } from "./source-fields";
import type { Size } from "./size";

/** The disk that a source is for. */
export interface SourcePlace {
    /** Name of the disk's claim. */
    readonly name: string;
    readonly namespace: string;
    readonly volumeMode: VolumeMode;
    readonly size: Size;
}

/** A source before it is known to be one. */
export type Unchecked = Readonly<Record<string, unknown>>;

/** What CDI accepts of one kind of source. */
export interface SourceRules {
    /** What messages call it: "a registry source". */
    readonly what: string;
    readonly fields: Readonly<Record<string, FieldRule>>;
    /** What to do about a field that this kind does not have, where that is known. */
    readonly instead?: Readonly<Record<string, string>>;
    /** What fields must not say together, or not of this disk. */
    readonly together?: (source: Unchecked, place: SourcePlace, problems: Problems) => void;
}

/** Nobody vouches for a server, and somebody does: which of them holds is not for CDI to guess. */
export function refuseBothWays(source: Unchecked, problems: Problems): void {
    if (source["insecureSkipVerify"] === true && source["certConfigMap"] !== undefined) {
        problems.add(
            "insecureSkipVerify",
            "is true, which checks no certificate, and certConfigMap says which to trust",
            "leave one of them out",
        );
    }
}
