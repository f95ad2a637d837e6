import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./folder";

const root = join(__dirname, "..", "..");
const fixture = join(root, "tests", "fixtures", "charts", "longhorn");

let folder: string | undefined;

/** The folder of our small chart of Longhorn, with the real definitions in it where there are any beside the project. */
export function longhornChart(): string {
    const real = join(
        process.env["SANDBOX_CRDS"] ?? join(root, "..", "shared", "data", "crds"),
        "longhorn",
    );
    if (!existsSync(real)) {
        return fixture;
    }
    if (folder === undefined) {
        folder = join(temporaryFolder("longhorn"), "longhorn");
        cpSync(fixture, folder, { recursive: true });
        const definitions = readdirSync(real).map((file) => readFileSync(join(real, file), "utf8"));
        writeFileSync(join(folder, "templates", "crds.yaml"), definitions.join("\n---\n"));
    }
    return folder;
}

after("remove the chart", () => {
    if (folder !== undefined) {
        rmSync(join(folder, ".."), { recursive: true });
    }
});
