/** A resource of the program that is none of our components. */
export interface RawResource {
    /** `kubernetes:core/v1:PersistentVolumeClaim`. */
    readonly type: string;
    /** `@namespace` is the namespace of the run, `@charts` the folder of the tests' charts. */
    readonly props?: Readonly<Record<string, unknown>>;
    /** Inputs that are secret. */
    readonly secrets?: Readonly<Record<string, unknown>>;
    /** Resources that it comes after. */
    readonly after?: readonly string[];
    /** Another provider than the cluster's. */
    readonly provider?: string;
    /** A ConfigMap that it belongs to. */
    readonly ownedBy?: string;
    /** The provider makes its parts. */
    readonly remote?: boolean;
    readonly protect?: boolean;
    readonly retainOnDelete?: boolean;
    readonly deleteBeforeReplace?: boolean;
    readonly replaceOnChanges?: readonly string[];
    readonly ignoreChanges?: readonly string[];
    readonly deletedWith?: string;
    readonly import?: string;
}

/** A disk of ours. */
export interface DiskSettings extends Readonly<Record<string, unknown>> {
    readonly storageClass?: string;
    /** What it was called before. */
    readonly was?: string;
}

/** A machine of ours, with disks of the program by name, and disks of its own. */
export interface MachineSettings extends Readonly<Record<string, unknown>> {
    readonly disks: readonly (string | DiskSettings)[];
    /** First-boot settings. */
    readonly secret?: string;
}

/** What the program of the changes consists of. */
export interface Settings {
    readonly cluster: { readonly identifier: string };
    readonly disks: Readonly<Record<string, DiskSettings>>;
    readonly machines: Readonly<Record<string, MachineSettings>>;
    readonly providers: Readonly<
        Record<string, Readonly<Record<string, unknown>> & { readonly server?: string }>
    >;
    readonly raw: Readonly<Record<string, RawResource>>;
}

/** Values of the program by where they are (`raw.claim.props.spec.size`); null where there is none. */
export type Values = Readonly<Record<string, unknown>>;

/** The settings with some values changed. */
export function edited(settings: Settings, values: Values): Settings {
    const copy = structuredClone(settings) as unknown as Record<string, unknown>;
    for (const [path, value] of Object.entries(values)) {
        const steps = path.split("/");
        const last = steps.pop() ?? "";
        let at = copy;
        for (const step of steps) {
            at[step] ??= {};
            at = at[step] as Record<string, unknown>;
        }
        if (value === null) {
            // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a copy of settings that are read from JSON
            delete at[last];
        } else {
            at[last] = value;
        }
    }
    return copy as unknown as Settings;
}

/** What is at some places of the settings; null where there is nothing. */
export function valuesAt(settings: Settings, paths: readonly string[]): Values {
    return Object.fromEntries(
        paths.map((path) => {
            let at: unknown = settings;
            for (const step of path.split("/")) {
                at = (at as Record<string, unknown> | undefined)?.[step];
            }
            return [path, at ?? null];
        }),
    );
}
