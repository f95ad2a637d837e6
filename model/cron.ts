import type { Fault } from "./source-fields";

/** The fields of a schedule, in their order. Source: robfig/cron v3 spec.go. */
const fields: readonly {
    readonly name: string;
    readonly least: number;
    readonly most: number;
    readonly words: readonly string[];
}[] = [
    { name: "minute", least: 0, most: 59, words: [] },
    { name: "hour", least: 0, most: 23, words: [] },
    { name: "day of the month", least: 1, most: 31, words: [] },
    {
        name: "month",
        least: 1,
        most: 12,
        words: "jan feb mar apr may jun jul aug sep oct nov dec".split(" "),
    },
    { name: "day of the week", least: 0, most: 6, words: "sun mon tue wed thu fri sat".split(" ") },
];

const names = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

const cure = `write five fields (minute, hour, day of the month, month, day of the week), such as "30 4 * * 1"; or ${names.join(", ")}`;

/**
 * What is wrong with a schedule, or undefined when CDI can keep it. Source: CDI
 * pkg/apiserver/webhooks/dataimportcron-validate.go, which asks github.com/robfig/cron/v3 (ParseStandard), and Kubernetes, in
 * whose CronJob CDI writes it: TZ is refused there.
 */
export function checkCron(schedule: string): Fault | undefined {
    const written = JSON.stringify(schedule.slice(0, 120));
    const wrong = (what: string): Fault => ({ fault: `is ${written}, which ${what}`, cure });
    const text = schedule.trim();
    if (/^(CRON_)?TZ=/.test(text)) {
        return wrong(
            "names a time zone, which Kubernetes refuses: the schedule is in that of the cluster",
        );
    }
    if (text.startsWith("@every ")) {
        return /^([0-9]+h)?([0-9]+m)?([0-9]+s)?$/.test(text.slice(7)) && /[1-9]/.test(text)
            ? undefined
            : {
                  fault: `is ${written}, which is no period`,
                  cure: `write it as "@every 12h" or "@every 1h30m"`,
              };
    }
    if (text.startsWith("@")) {
        return names.includes(schedule) ? undefined : wrong("is no schedule by name");
    }
    const parts = text === "" ? [] : text.split(/\s+/);
    if (parts.length !== fields.length) {
        return wrong(
            `has ${String(parts.length)} fields, and a schedule has ${String(fields.length)}`,
        );
    }
    const bad = fields.findIndex((field, index) => !isField(parts[index] ?? "", field));
    const field = fields[bad];
    return field === undefined
        ? undefined
        : wrong(
              `has ${JSON.stringify(parts[bad])} for the ${field.name}, which is not within ${String(field.least)} to ${String(field.most)}`,
          );
}

/** A list of ranges: `*`, `5`, `1-5`, `*`/`10`, `mon-fri`. */
function isField(text: string, field: (typeof fields)[number]): boolean {
    return text.split(",").every((range) => isRange(range, field));
}

function isRange(text: string, { least, most, words }: (typeof fields)[number]): boolean {
    const match =
        /^(?:[*?]|([0-9]{1,4}|[a-z]{3})(?:-([0-9]{1,4}|[a-z]{3}))?)(?:\/([0-9]{1,4}))?$/i.exec(
            text,
        );
    if (match === null) {
        return false;
    }
    const [, first, last, step] = match;
    const number = (one: string) =>
        /^[0-9]/.test(one) ? Number(one) : words.indexOf(one.toLowerCase()) + least;
    const from = number(first ?? String(least));
    const to =
        last !== undefined ? number(last) : first === undefined || step !== undefined ? most : from;
    const known = [first, last].every(
        (one) => one === undefined || /^[0-9]/.test(one) || words.includes(one.toLowerCase()),
    );
    return known && from >= least && to <= most && from <= to && Number(step ?? 1) > 0;
}

/** The longest name of a DataImportCron whose objects Kubernetes takes. */
const longestCron = 42;

/**
 * Why a DataImportCron cannot have a name, or undefined when it can. CDI calls the Job of its first look
 * `initial-job-<name>-<8 letters>`, which ends up in a label of 63 characters; its webhook accepts 63 for the name alone. Source:
 * CDI pkg/controller/dataimportcron-controller.go (GetCronJobName, GetInitialJobName).
 */
export function cronNameFault(name: string): Fault | undefined {
    return name.length <= longestCron
        ? undefined
        : {
              fault: `is ${JSON.stringify(name.slice(0, 120))}, which has ${String(name.length)} characters; what CDI makes of it leaves room for ${String(longestCron)}`,
              cure: "shorten it",
          };
}
