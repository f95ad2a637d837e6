import { parsed } from "./options";

/** What a new stack is told by its options, or asked for in a terminal. */
export interface Question {
    readonly option: string;
    /** What a person is asked. */
    readonly ask: string;
    /** Words that it can be; absent: any text. */
    readonly words?: readonly string[];
    /** What counts where nothing is said; absent: it has to be said. */
    readonly otherwise?: (answers: Answers) => string;
    /** Whether it is a question at all, after those before it. */
    readonly when?: (answers: Answers) => boolean;
}

/** By option. */
export type Answers = Readonly<Record<string, string>>;

const isCeph = ({ storage }: Answers) => storage === "ceph";

/** Everything there is to ask, in its order. */
export const questions: readonly Question[] = [
    { option: "context", ask: "Context of the kubeconfig it lives on" },
    { option: "namespace", ask: "Namespace of its machines", otherwise: () => "vms" },
    {
        option: "stage",
        ask: "What is at stake",
        words: ["staging", "production"],
        otherwise: () => "staging",
    },
    {
        option: "platform",
        ask: "KubeVirt, CDI and snapshots",
        words: ["adopt", "install"],
        otherwise: () => "adopt",
    },
    { option: "storage", ask: "Where disks are kept", words: ["existing", "longhorn", "ceph"] },
    {
        option: "storage-class",
        ask: "StorageClass (kubectl get storageclass)",
        when: ({ storage }) => storage === "existing",
    },
    {
        option: "replicas",
        ask: "On how many nodes every disk is written",
        otherwise: ({ stage }) => (stage === "production" ? "3" : "2"),
        when: ({ storage }) => storage === "longhorn",
    },
    { option: "ceph-cluster-id", ask: "Ceph's own name (ceph fsid)", when: isCeph },
    { option: "ceph-monitors", ask: "Ceph's monitors, host:port,host:port", when: isCeph },
    { option: "ceph-pool", ask: "Pool of the disks", when: isCeph },
    {
        option: "ceph-user",
        ask: "Ceph's user, without client.",
        otherwise: () => "kubevirt",
        when: isCeph,
    },
    {
        option: "machine",
        ask: "Name of a first machine, or none",
        otherwise: () => "none",
    },
];

/** What `npm run new-stack` prints for --help. */
export const newStackHelp = `npm run new-stack -- NAME [options]

Writes stacks/Pulumi.NAME.yaml, the environment of a new stack, and the schema that an editor completes it from. In a terminal it asks
for what no option says; without one it takes the defaults, and says what is missing. It overwrites nothing and asks no cluster.

  --context CONTEXT       the kubeconfig context that the stack lives on
  --namespace NAMESPACE   of its machines and disks (vms)
  --stage STAGE           staging, or production: disks are protected, images have to be locked (staging)
  --platform MODE         KubeVirt, CDI, snapshots: adopt what is there, or install (adopt)
  --storage KIND          existing, longhorn or ceph
  --storage-class NAME    existing: the StorageClass
  --replicas NUMBER       longhorn: on how many nodes every disk is written (2, in production 3)
  --ceph-cluster-id ID    ceph: ceph fsid
  --ceph-monitors LIST    ceph: host:port,host:port
  --ceph-pool POOL        ceph: pool of the disks
  --ceph-user USER        ceph: its user, whose key is set as a secret afterwards (kubevirt)
  --machine NAME          a first machine, with Fedora (none)
  --folder FOLDER         the project's folder (this one)`;

/** What `npm run new-stack` is told. */
export interface NewStackOptions {
    readonly help: boolean;
    readonly name: string | undefined;
    readonly folder: string | undefined;
    readonly answers: Answers;
    /** Words that belong to nothing. */
    readonly more: readonly string[];
}

/** Reads the arguments; unknown ones are an error, not ignored. */
export function readNewStackOptions(args: readonly string[]): NewStackOptions {
    const text = { type: "string" } as const;
    const { values, positionals } = parsed({
        args: [...args],
        allowPositionals: true,
        options: {
            ...Object.fromEntries(questions.map(({ option }) => [option, text])),
            folder: text,
            help: { type: "boolean", short: "h", default: false },
        },
    });
    const { help, folder, ...answers } = values as Readonly<Record<string, string>> & {
        readonly help: boolean;
    };
    const [name, ...more] = positionals;
    return { help, name, folder, answers, more };
}
