import { join } from "node:path";
import { type Fields, isFields } from "../../model/machine-difference";

const root = join(__dirname, "..", "..");

/** What a report never reads, and what would make a recording large or different each time. */
const left =
    /^(managedFields|__initialApiVersion|__inputs|__fieldManager|uid|resourceVersion|creationTimestamp|generation|selfLink|duration|created|modified|sourcePosition|stackTrace|propertyDependencies|dependencies|resourceHooks|additionalSecretOutputs|ignoreChanges|replaceOnChanges|customTimeouts|importID|importedInputs|config|hideDiff|aliases|detailedDiff|diffReasons|replaceReasons)$/;

/** Values that are no business of a recording: the sandbox's own keys, and code. */
const hidden = /^(kubeconfig|__provider)$/;

/** Of what stays as it is, what else may hang on. */
const related =
    /:(Stack|PersistentVolumeClaim|PersistentVolume|DataVolume|StorageClass|VirtualMachine)::/;

/** A preview with what a report reads. */
export function trimmed(preview: Fields): Fields {
    const { steps, diagnostics, changeSummary = {} } = preview;
    const kept = (Array.isArray(steps) ? steps.filter(isFields) : []).filter(
        (step) => step["op"] !== "same" || related.test(String(step["urn"])) || losesGuard(step),
    );
    const isSame = ({ op }: Fields) => op === "same";
    const shown = (steps as readonly Fields[]).filter(isSame).length;
    const { same = 0 } = changeSummary as { readonly same?: number };
    return {
        steps: kept.map((step) => ({
            op: step["op"],
            urn: step["urn"],
            ...(step["oldState"] === undefined ? {} : { oldState: stateOf(step["oldState"]) }),
            ...(step["newState"] === undefined ? {} : { newState: stateOf(step["newState"]) }),
        })),
        ...(diagnostics === undefined ? {} : { diagnostics: clean(diagnostics) }),
        // Whether all that stays as it is was shown, is all that is read of it.
        changeSummary: {
            ...(changeSummary as Fields),
            ...(shown >= same ? { same: kept.filter(isSame).length } : {}),
        },
    };
}

/** What stays as it is, but for an option that the engine guards it by. */
function losesGuard({ oldState, newState }: Fields): boolean {
    return ["protect", "retainOnDelete"].some(
        (key) => isFields(oldState) && isFields(newState) && oldState[key] !== newState[key],
    );
}

function stateOf(state: unknown): unknown {
    const { urn: _, type, inputs = {}, outputs, ...rest } = state as Fields;
    const isStack = type === "pulumi:pulumi:Stack";
    const asked = clean(inputs);
    return clean({
        ...rest,
        inputs: asked,
        outputs: isStack ? {} : without(clean(outputs), asked),
    });
}

function clean(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(clean);
    }
    if (!isFields(value)) {
        return typeof value === "string" ? value.replaceAll(root, "") : value;
    }
    const kept = Object.entries(value).filter(([key, item]) => !left.test(key) && item !== null);
    return Object.fromEntries(
        kept.map(([key, item]) => [key, hidden.test(key) ? "[left out]" : clean(item)]),
    );
}

/** Of what the cluster has made of an object, what it says beside what was asked for. */
function without(value: unknown, other: unknown): unknown {
    if (!isFields(value) || !isFields(other)) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value)
            .filter(([key, item]) => JSON.stringify(item) !== JSON.stringify(other[key]))
            .map(([key, item]) => [key, without(item, other[key])]),
    );
}
