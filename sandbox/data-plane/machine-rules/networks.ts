import { type Cause, type ReviewedInterface, type ReviewedSpec, inTemplate } from "./spec";

const at = (index: number, field = "") =>
    `${inTemplate}.domain.devices.interfaces[${index}]${field === "" ? "" : `.${field}`}`;

/** The bindings that are gone. Source: KubeVirt pkg/network/admitter/discontinued.go. */
export function* discontinued({ domain }: ReviewedSpec): Generator<Cause> {
    for (const [index, each] of (domain?.devices?.interfaces ?? []).entries()) {
        for (const [word, field] of [
            ["Slirp interface support", "slirp"],
            ["Macvtap network binding", "macvtap"],
            ["Passt network binding", "passt"],
        ] as const) {
            if (each[field] !== undefined) {
                const message = `${word} has been discontinued since v1.3`;
                yield { message, field: at(index, field) };
            }
        }
    }
}

/** Source: KubeVirt pkg/network/admitter, Validator.Validate; in its order. */
export function* networkCauses(spec: ReviewedSpec): Generator<Cause> {
    const { networks = [] } = spec;
    const interfaces = spec.domain?.devices?.interfaces ?? [];
    yield* sources(spec);
    for (const [index, each] of interfaces.entries()) {
        yield* state(spec, each, index);
    }
    for (const [index, each] of interfaces.entries()) {
        yield* binding(spec, each, index);
    }
    yield* repeated(networks, (index, name) => ({
        message: `Network with name "${name}" already exists, every network must have a unique name`,
        field: `spec.template.spec.networks[${index}].name`,
    }));
    for (const [index, { name }] of networks.entries()) {
        if (!interfaces.some((each) => each.name === name)) {
            const field = `${inTemplate}.networks[${index}].name`;
            const message = `${field} '${name ?? ""}' not found.`;
            yield { message, field, reason: "FieldValueRequired" };
        }
    }
    yield* repeated(interfaces, (index) => ({
        message: "Only one interface can be connected to one specific network",
        field: at(index, "name"),
    }));
    for (const [index, { name }] of interfaces.entries()) {
        if (!networks.some((each) => each.name === name)) {
            const field = at(index, "name");
            yield { message: `${field} '${name ?? ""}' not found.`, field };
        }
    }
    for (const [index, each] of interfaces.entries()) {
        yield* fields(spec, each, index);
    }
}

function* repeated(
    named: readonly { readonly name?: string }[],
    cause: (index: number, name: string) => Cause,
): Generator<Cause> {
    for (const [index, { name = "" }] of named.entries()) {
        if (named.findIndex((each) => each.name === name) < index) {
            yield cause(index, name);
        }
    }
}

function* sources({ networks = [] }: ReviewedSpec): Generator<Cause> {
    const pods = networks.filter(({ pod }) => pod !== undefined).length;
    const defaults = networks.filter(({ multus }) => multus?.default === true).length;
    if (pods > 1) {
        const message = `more than one interface is connected to a pod network in ${inTemplate}.interfaces`;
        yield { message, field: `${inTemplate}.interfaces` };
    }
    const field = `${inTemplate}.networks`;
    if (defaults > 1) {
        yield { message: "Multus CNI should only have one default network", field };
    }
    if (pods > 0 && defaults > 0) {
        const message = "Pod network cannot be defined when Multus default network is defined";
        yield { message, field };
    }
    for (const [index, { pod, multus, resourceClaim }] of networks.entries()) {
        const count = [pod, multus, resourceClaim].filter((each) => each !== undefined).length;
        if (count !== 1) {
            const message = `should have ${count === 0 ? "a" : "only one"} network type`;
            yield { message, field: `${field}[${index}]`, reason: "FieldValueRequired" };
        }
    }
    const unnamed = networks.findIndex(
        ({ multus }) => multus !== undefined && (multus.networkName ?? "") === "",
    );
    if (unnamed >= 0) {
        const message = "CNI delegating plugin must have a networkName";
        yield { message, field: `${field}[${unnamed}]`, reason: "FieldValueRequired" };
    }
}

function* state(
    { networks = [] }: ReviewedSpec,
    { name = "", state: word = "", sriov, bridge }: ReviewedInterface,
    index: number,
): Generator<Cause> {
    const field = at(index, "state");
    if (!["", "absent", "up", "down"].includes(word)) {
        yield { message: `logical ${name} interface state value is unsupported: ${word}`, field };
    }
    const quoted = `"${name}" interface's state "${word}"`;
    if (sriov !== undefined && (word === "up" || word === "down")) {
        yield { message: `${quoted} is not supported for SR-IOV NICs`, field };
    }
    if (word === "absent" && bridge === undefined) {
        yield { message: `${quoted} is supported only for bridge binding`, field };
    }
    const main = networks.find(
        ({ pod, multus }) => pod !== undefined || multus?.default === true,
    )?.name;
    if (word === "absent" && main === name) {
        yield { message: `${quoted} is not supported on default networks`, field };
    }
}

function* binding(
    { networks = [] }: ReviewedSpec,
    each: ReviewedInterface,
    index: number,
): Generator<Cause> {
    const { name = "", bridge, masquerade, sriov, passtBinding, binding: plugin } = each;
    const count = [bridge, masquerade, sriov, passtBinding, plugin].filter(
        (one) => one !== undefined,
    ).length;
    if (count !== 1) {
        const message = `logical ${name} interface must have exactly one binding method or binding plugin`;
        yield { message, field: at(index) };
    }
    const onPod = networks.find((network) => network.name === name)?.pod !== undefined;
    if (masquerade !== undefined && !onPod) {
        const message = "Masquerade interface only implemented with pod network";
        yield { message, field: at(index, "name") };
    }
    if (passtBinding !== undefined && !onPod) {
        const message = "PasstBinding interface only implemented with pod network";
        yield { message, field: at(index, "name") };
    }
}

const models = ["", "e1000", "e1000e", "igb", "ne2k_pci", "pcnet", "rtl8139", "virtio"];

function* fields(
    { networks = [] }: ReviewedSpec,
    each: ReviewedInterface,
    index: number,
): Generator<Cause> {
    const { name = "", model = "", macAddress = "", ports = [] } = each;
    if (!/^[A-Za-z0-9-_]+$/.test(name)) {
        const message =
            "Network interface name can only contain alphabetical characters, numbers, dashes (-) or underscores (_)";
        yield { message, field: at(index, "name") };
    }
    if (!models.includes(model)) {
        const message = `interface ${at(index, "name")} uses model ${model} that is not supported.`;
        yield { message, field: at(index, "model") };
    }
    if (macAddress !== "" && !/^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(macAddress)) {
        const message = `interface ${at(index, "name")} has malformed MAC address (${macAddress}).`;
        yield { message, field: at(index, "macAddress") };
    }
    if (networks.find((network) => network.name === name)?.pod === undefined) {
        return;
    }
    const port = (number: number, field: string) => at(index, `ports[${number}].${field}`);
    const named = ports.filter((one) => (one.name ?? "") !== "");
    yield* repeated(named, (number, word) => ({
        message: `Duplicate name of the port: ${word}`,
        field: port(number, "name"),
    }));
    for (const [number, one] of ports.entries()) {
        if ((one.port ?? 0) === 0) {
            yield { message: "Port field is mandatory.", field: port(number, "port") };
        }
        if ((one.port ?? 0) < 0 || (one.port ?? 0) >= 65536) {
            const message = "Port field must be in range 0 < x < 65536.";
            yield { message, field: port(number, "port") };
        }
        if (!["", "TCP", "UDP"].includes(one.protocol ?? "")) {
            const message = "Unknown protocol, only TCP or UDP allowed";
            yield { message, field: port(number, "protocol") };
        }
    }
}
