import { isFields, isSame } from "../model/machine-difference";
import { fieldsAt } from "../model/machine-object";
import { type Fate, type Going, keeps, loses } from "./fate";
import { once } from "../model/once";
import type { Scene } from "./scene";
import { isSecret, isUnknown, shownText } from "./secrets";
import { isStoragePart } from "./storage-names";
import { type Thing, wantedOf } from "./thing";

/** Keys of what a disk is encrypted with: Longhorn's and Ceph's. */
const passphraseKeys = /^(CRYPTO_[A-Z_]+|encryptionPassphrase|encryptionKey|passphrase|luks.*)$/i;
const passphraseNames = /(crypt|passphrase|luks|(^|[-_.])(kms|kek|dek|vault)([-_.]|$))/i;

/** Whether a Secret may hold what encrypted disks are read with: by the classes that name it, by its keys, by its name. */
export function holdsPassphrase(thing: Thing, scene: Scene): boolean {
    return (
        classesWith(thing, scene).some(isEncrypted) ||
        keysOf(thing).some((key) => passphraseKeys.test(key)) ||
        passphraseNames.test(thing.name) ||
        passphraseNames.test(thing.namespace)
    );
}

/** Classes whose parameters name the Secret. A name with a variable in it (`${pvc.name}`) may be any. */
export function classesWith(thing: Thing, scene: Scene): readonly Thing[] {
    return classes(scene).filter(({ state }) => {
        const parameters = fieldsAt(state.inputs, ["parameters"]);
        return Object.entries(parameters).some(([key, value]) => {
            const named = shownText(value);
            return (
                /secret-?name$/i.test(key) &&
                named !== undefined &&
                (named === thing.name || named.includes("${"))
            );
        });
    });
}

const classes = once(({ before, after }: Scene) =>
    [...before, ...after].filter(({ kind }) => kind === "StorageClass"),
);

function isEncrypted({ state }: Thing): boolean {
    const parameters = fieldsAt(state.inputs, ["parameters"]);
    return String(parameters["encrypted"]) === "true";
}

function keysOf({ state }: Thing): readonly string[] {
    return [state.inputs, state.outputs].flatMap((side) =>
        ["data", "stringData"].flatMap((part) => {
            const values = side[part];
            return isFields(values) ? Object.keys(values) : [];
        }),
    );
}

const unreadable =
    "disks that are encrypted with what is in it can never be read again, unless it is kept somewhere else";

export function secretFate({ thing, scene }: Going): Fate {
    if (holdsPassphrase(thing, scene)) {
        return loses(unreadable);
    }
    const named = classesWith(thing, scene);
    if (named.length > 0 || isStoragePart(thing)) {
        return keeps(
            `the storage's driver logs in with it${named.length === 0 ? "" : ` (class ${named[0]?.name ?? ""})`}: no disk is made or attached without it`,
        );
    }
    return keeps("no class of this stack names it");
}

/** Another passphrase under disks that were encrypted with the old one. What is hidden counts as another one. */
export function secretChange(thing: Thing, next: Thing, scene: Scene): Fate | undefined {
    const isSameText = ["data", "stringData"].every((key) => {
        const [before, after] = [wantedOf(thing, [key]), wantedOf(next, [key])];
        return !hasSecret(after) && isSame(before, after);
    });
    return !isSameText && holdsPassphrase(thing, scene) ? loses(unreadable) : undefined;
}

function hasSecret(value: unknown): boolean {
    return (
        isSecret(value) ||
        (isFields(value) && Object.values(value).some((one) => isSecret(one) || isUnknown(one)))
    );
}
