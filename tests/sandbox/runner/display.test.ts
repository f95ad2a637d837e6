import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Display } from "../../../sandbox/runner/display";

const resource = (name: string) =>
    ({ urn: pulumi.output(`urn:pulumi:local::p::t::${name}`) }) as unknown as pulumi.Resource;

describe("Display", () => {
    async function shown(isTTY: boolean): Promise<string> {
        let text = "";
        const display = new Display({ isTTY, write: (part) => (text += part) });
        const [root, data] = [resource("root"), resource("data")];
        for (const [one, said] of [
            [root, "importing 10%"],
            [data, "importing 20%"],
            [root, "ready"],
        ] as const) {
            display.said("info", said, one, true);
            await new Promise((done) => setImmediate(done));
        }
        display.said("error", 'Disk "data" is not ready', data, false);
        await new Promise((done) => setImmediate(done));
        return text;
    }

    it("writes plain lines where there is no terminal", async () => {
        assert.equal(
            await shown(false),
            '   root: importing 10%\n   data: importing 20%\n   root: ready\nerror: Disk "data" is not ready\n',
        );
    });

    it("keeps one line per resource on a terminal, below what stays", async () => {
        const screen = (await shown(true)).split("\x1b[").at(-1);
        assert.equal(
            screen,
            'Jerror: Disk "data" is not ready\n   root: ready\n   data: importing 20%\n',
        );
    });
});
