/** What is known of a part of the platform that comes as manifests, before anything is read. */
export interface PartFacts {
    /** As messages call it. */
    readonly title: string;
    /** The version that is installed unless an argument says otherwise. */
    readonly version: string;
    /** The published files of a version. */
    readonly urls: (version: string) => readonly string[];
    /** Where the images are published. */
    readonly registry: string;
    /** The images of a version, `name:tag`, by their names: the files of a tag name `latest`, or the tag of an earlier one. */
    readonly images: (version: string) => Readonly<Record<string, string>>;
    /** The API group that it brings, and the plurals that have to be served. */
    readonly api:
        | {
              readonly group: string;
              readonly plurals: readonly string[];
              /** What a cluster without it does not know. */
              readonly words: string;
          }
        | undefined;
    /** What runs of it. */
    readonly workload: "Deployment" | "DaemonSet";
    /** By which names distributions know it. */
    readonly workloads: RegExp;
    /** What it means that nothing of such a name runs. */
    readonly unattended: string;
}
