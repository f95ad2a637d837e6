import {
    betaIsOn,
    companions,
    type FeatureGate,
    featureGates,
    type FeatureState,
    replacements,
} from "./feature-gates-table";
import { Check, type Findings } from "./findings";
import { nearest } from "./nearest";
import { minorOf, parseVersion } from "./versions";

/** A gate of KubeVirt 1.9, or one of another version by its name. */
export type FeatureGateName = FeatureGate | (string & Record<never, never>);

/** Features that are switched against the defaults of KubeVirt's version. */
export interface FeatureGatesArgs {
    /**
     * Gates to switch on. KubeVirt 1.9 needs none for snapshots, export, volume migration, expansion and hotplug.
     *
     * @defaultValue none
     * @impact live: the components are rolled out again
     */
    readonly enable?: readonly FeatureGateName[];
    /**
     * Gates of features that are on by default, to switch off.
     *
     * @defaultValue none
     * @impact live: the components are rolled out again
     */
    readonly disable?: readonly FeatureGateName[];
}

/** The same with nothing left out. */
export type FeatureGateChoice = Required<FeatureGatesArgs>;

type Table = Readonly<Record<FeatureState, readonly string[]>>;

/** What a check of one gate needs to know about the version. */
interface Minor {
    readonly name: string;
    readonly table: Table;
    readonly betaIsOn: boolean;
}

/**
 * What is wrong with a choice of feature gates, with the knowledge of KubeVirt's version: KubeVirt itself ignores a name that
 * it does not know and refuses only a gate that is in both lists.
 * Source: pkg/virt-config/featuregate/feature-gates.go and pkg/virt-operator/webhooks/kubevirt-update-admitter.go.
 */
export function checkFeatureGates(version: string, choice: FeatureGateChoice): Findings {
    const check = new Check();
    for (const gate of choice.enable.filter((name) => choice.disable.includes(name))) {
        check.refuse(
            "enable",
            `has "${gate}", which disable has too, and KubeVirt refuses that`,
            "name it in one of the two",
        );
    }
    const parsed = parseVersion(version);
    const name = parsed === undefined ? version : minorOf(parsed);
    const table = (featureGates as Readonly<Record<string, Table>>)[name];
    if (table === undefined) {
        checkUnknownMinor(name, choice, check);
        return check;
    }
    const minor = { name, table, betaIsOn: betaIsOn.includes(name) };
    for (const gate of choice.enable) {
        checkEnabled(gate, minor, choice, check);
    }
    for (const gate of choice.disable) {
        checkDisabled(gate, minor, check);
    }
    return check;
}

/** Whether a feature is on with such a choice; undefined in a version that this package does not know. */
export function featureIsOn(
    gate: string,
    version: string,
    choice: FeatureGateChoice,
): boolean | undefined {
    const parsed = parseVersion(version);
    const name = parsed === undefined ? version : minorOf(parsed);
    const table = (featureGates as Readonly<Record<string, Table>>)[name];
    if (table === undefined) {
        return undefined;
    }
    const state = stateOf(gate, table);
    return (
        state === "graduated" ||
        (state !== undefined && choice.enable.includes(gate)) ||
        (state === "beta" && betaIsOn.includes(name) && !choice.disable.includes(gate))
    );
}

/** Nothing is forbidden in a version that this package does not know; names that no version knows are said. */
function checkUnknownMinor(minor: string, choice: FeatureGateChoice, check: Check): void {
    const known = Object.values(featureGates).flatMap((table) => namesOf(table));
    for (const [field, gates] of Object.entries(choice) as [string, readonly string[]][]) {
        for (const gate of gates.filter((one) => !known.includes(one))) {
            check.warn(
                field,
                `has "${gate}", which no KubeVirt that this package knows has, and the gates of ${minor} are not known to it`,
                `make sure that KubeVirt ${minor} has it: it ignores a name that it does not know`,
            );
        }
    }
}

function checkEnabled(gate: string, minor: Minor, choice: FeatureGateChoice, check: Check): void {
    const state = stateOf(gate, minor.table);
    if (state === undefined) {
        refuseUnknown("enable", gate, minor, check);
        return;
    }
    if (turnsDeclarativeHotplugOff(gate, minor, choice)) {
        // handleDeclarativeVolumeHotplug in pkg/virt-controller/watch/vm/vm.go.
        check.refuse(
            "enable",
            `has "${gate}", which turns DeclarativeHotplugVolumes off: disks added to a running machine would be ignored`,
            `leave it out, or disable "DeclarativeHotplugVolumes" beside it to say that this is wanted`,
        );
    }
    const { betaIsOn: on } = minor;
    if (state === "graduated") {
        check.warn(
            "enable",
            `has "${gate}", which is part of KubeVirt ${minor.name} and cannot be switched`,
            "leave it out",
        );
    } else if (state === "beta" && on) {
        check.warn(
            "enable",
            `has "${gate}", which is on in KubeVirt ${minor.name} unless it is disabled`,
            "leave it out",
        );
    } else if (state === "deprecated") {
        check.warn("enable", `has "${gate}", which is deprecated`, replacement(gate));
    } else if (state === "discontinued") {
        check.refuse(
            "enable",
            `has "${gate}", which KubeVirt ${minor.name} does not have any more`,
            replacement(gate),
        );
    }
    checkCompanion(gate, minor, choice, check);
}

function checkDisabled(gate: string, minor: Minor, check: Check): void {
    const state = stateOf(gate, minor.table);
    if (minor.name === "1.7") {
        // The list came with 1.8: staging/src/kubevirt.io/api/core/v1/types.go of v1.7.4 and v1.8.4.
        check.refuse(
            "disable",
            `has "${gate}", and KubeVirt ${minor.name} has no list of disabled gates`,
            "leave it out: what is not enabled is off there",
        );
    } else if (state === undefined) {
        refuseUnknown("disable", gate, minor, check);
    } else if (state === "graduated") {
        check.refuse(
            "disable",
            `has "${gate}", which is part of KubeVirt ${minor.name} and cannot be switched off`,
            "leave it out",
        );
    } else if (state !== "beta" || !minor.betaIsOn) {
        check.warn(
            "disable",
            `has "${gate}", which is off in KubeVirt ${minor.name} unless it is enabled`,
            "leave it out",
        );
    }
}

function turnsDeclarativeHotplugOff(gate: string, minor: Minor, choice: FeatureGateChoice) {
    const declarative = "DeclarativeHotplugVolumes";
    const on =
        choice.enable.includes(declarative) ||
        (minor.betaIsOn &&
            minor.table.beta.includes(declarative) &&
            !choice.disable.includes(declarative));
    return gate === "HotplugVolumes" && on;
}

function checkCompanion(gate: string, minor: Minor, choice: FeatureGateChoice, check: Check): void {
    const companion = companions[gate];
    if (companion === undefined || choice.enable.includes(companion.needs)) {
        return;
    }
    const state = stateOf(companion.needs, minor.table);
    const alreadyOn =
        state === "graduated" ||
        (state === "beta" && minor.betaIsOn && !choice.disable.includes(companion.needs));
    if (state !== undefined && !alreadyOn) {
        check.refuse(
            "enable",
            `has "${gate}" without "${companion.needs}", and ${companion.why}`,
            `enable "${companion.needs}" too`,
        );
    }
}

function refuseUnknown(field: string, gate: string, minor: Minor, check: Check): void {
    const meant = nearest(gate, namesOf(minor.table));
    check.refuse(
        field,
        `has "${gate}", which KubeVirt ${minor.name} does not know and would ignore`,
        meant === undefined ? "leave it out" : `write "${meant}"`,
    );
}

function replacement(gate: string): string {
    const instead = replacements[gate];
    return instead === undefined ? "leave it out" : `use ${instead}`;
}

function stateOf(gate: string, table: Table): FeatureState | undefined {
    return (Object.keys(table) as FeatureState[]).find((state) => table[state].includes(gate));
}

function namesOf(table: Table): string[] {
    return Object.values(table).flat();
}
