import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fields } from "../../model/machine-difference";
import type { Api, ApiObject } from "../../sandbox/api";
import { engineProject, type EngineProject } from "../support/engine";
import { base } from "./base";
import type { Change } from "./changes";
import { edited, type Settings } from "./settings";
import { trimmed } from "./trim";

/** Namespace of everything that the program makes. */
export const namespace = "vms";

/** The program of the changes on a sandbox: made once, and previewed with one change at a time. */
export class Playground {
    readonly #project: EngineProject;
    readonly #api: Api;

    private constructor(project: EngineProject, api: Api) {
        this.#project = project;
        this.#api = api;
    }

    static async make(kubeconfig: string, api: Api): Promise<Playground> {
        await api.create("/api/v1/namespaces", {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: namespace },
        });
        const project = await engineProject("changes", { kubeconfig, namespace, settings: "" });
        await project.stack.setConfig("settings", { value: join(project.folder, "settings.json") });
        return new Playground(project, api);
    }

    /** Makes what every change begins with. */
    async up(settings: Settings = base): Promise<void> {
        this.#write(settings);
        await this.#project.stack.up();
    }

    /** What `pulumi preview --json` prints of a change, also where it fails, without what a report does not read. */
    async preview(change: Change): Promise<Fields> {
        this.edit(change);
        for (const done of change.outOfBand ?? []) {
            await this.#do(done);
        }
        const shows = change.isWhole ? ["--show-sames"] : [];
        const command =
            change.isDestroy === true ? ["destroy", "--preview-only"] : ["preview", ...shows];
        const printed = this.pulumi([...command, "--json", ...(change.options ?? [])]);
        const preview = JSON.parse(printed) as Fields;
        if (preview["steps"] === undefined) {
            throw new Error(`no preview of ${change.id}: ${printed}`);
        }
        return trimmed(preview);
    }

    /** Has the program say what a change says, without making it so. */
    edit(change: Change): void {
        this.#write(edited(base, change.after));
    }

    /** What pulumi prints, however it ends. */
    pulumi(args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
        const { stdout, stderr } = spawnSync(
            "pulumi",
            [...args, "--non-interactive", "--stack", "test"],
            {
                cwd: this.#project.folder,
                env: { ...process.env, ...this.#project.env, ...env },
                encoding: "utf8",
                maxBuffer: 2 ** 28,
            },
        );
        if (stdout.trim() === "") {
            throw new Error(`pulumi ${args.join(" ")} printed nothing: ${stderr}`);
        }
        return stdout;
    }

    dispose(): void {
        this.#project.dispose();
    }

    async #do(done: NonNullable<Change["outOfBand"]>[number]): Promise<void> {
        const placed = JSON.parse(
            JSON.stringify(done).replaceAll("@namespace", namespace),
        ) as typeof done;
        if ("delete" in placed) {
            await this.#api.request("DELETE", placed.delete);
        } else {
            await this.#api.apply(placed.apply, placed.object as unknown as ApiObject);
        }
    }

    #write(settings: Settings): void {
        writeFileSync(join(this.#project.folder, "settings.json"), JSON.stringify(settings));
    }
}
