import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./folder";

const root = join(__dirname, "..", "..");
const fixture = join(root, "tests", "fixtures", "charts", "longhorn");

const folders = new Map<string, string>();

/** The folder of our small chart of Longhorn, of this version, with the real definitions in it where there are any beside the project. */
export function longhornChart(version = "1.12.1"): string {
    const known = folders.get(version);
    if (known !== undefined) {
        return known;
    }
    const folder = join(temporaryFolder("longhorn"), "longhorn");
    folders.set(version, folder);
    cpSync(fixture, folder, { recursive: true });
    const description = join(folder, "Chart.yaml");
    writeFileSync(description, readFileSync(description, "utf8").replaceAll("1.12.1", version));
    const real = join(
        process.env["SANDBOX_CRDS"] ?? join(root, "..", "shared", "data", "crds"),
        "longhorn",
    );
    if (existsSync(real)) {
        const definitions = readdirSync(real).map((file) => readFileSync(join(real, file), "utf8"));
        writeFileSync(join(folder, "templates", "crds.yaml"), definitions.join("\n---\n"));
    }
    return folder;
}

after("remove the charts", () => {
    for (const folder of folders.values()) {
        rmSync(join(folder, ".."), { recursive: true });
    }
});
