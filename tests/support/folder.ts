import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** A new folder in the system's own for temporary files. Whoever asks for it removes it. */
export function temporaryFolder(name: string): string {
    return fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), `${name}-`)));
}
