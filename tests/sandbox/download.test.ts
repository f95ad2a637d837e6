import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { type Releases, downloadKwokctl, hasReleases } from "../../sandbox/download";
import { UserError } from "../../model/user-error";
import { temporaryFolder } from "../support/folder";

const versions = { kubernetes: "1.36.3", etcd: "3.6.16", kwok: "0.8.0" };

describe("released programs", () => {
    let server: http.Server;
    let servers: Releases;
    let folder: string;
    let answer: (response: http.ServerResponse) => void;
    const asked: string[] = [];

    before(async () => {
        folder = temporaryFolder("download");
        server = http.createServer((request, response) => {
            asked.push(request.url ?? "");
            answer(response);
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        servers = { kubernetes: `${address}/release`, github: address };
    });
    after(() => {
        server.closeAllConnections();
        server.close();
        fs.rmSync(folder, { recursive: true });
    });

    it("are there when both servers answer for the pinned versions", async () => {
        asked.length = 0;
        answer = (response) => response.end();
        assert.equal(await hasReleases(versions, servers, 120), true);
        assert.match(
            asked.sort()[0] ?? "",
            /^\/kubernetes-sigs\/kwok\/releases\/download\/v0\.8\.0\//,
        );
        assert.match(asked[1] ?? "", /^\/release\/v1\.36\.3\/bin\//);
    });

    it("are not there when a server has not got them", async () => {
        answer = (response) => response.writeHead(404).end();
        assert.equal(await hasReleases(versions, servers), false);
    });

    it("are not there when a server never answers, which takes a few seconds to see", async function () {
        this.slow(12_000);
        answer = () => undefined;
        assert.equal(await hasReleases(versions, servers), false);
    });

    it("gives kwokctl as a program that can be run", async () => {
        answer = (response) => response.end("#!/bin/sh\n");
        const at = await downloadKwokctl(versions, folder, servers);
        assert.equal(fs.readFileSync(at, "utf8"), "#!/bin/sh\n");
        fs.accessSync(at, fs.constants.X_OK);
        fs.rmSync(at);
    });

    it("leaves nothing of a kwokctl that broke off", async () => {
        answer = (response) => {
            response.writeHead(200, { "content-length": "100" });
            response.write("half", () => response.destroy());
        };
        await assert.rejects(downloadKwokctl(versions, folder, servers), UserError);
        assert.deepEqual(fs.readdirSync(folder), []);
        assert.equal(fs.existsSync(path.join(folder, "kwokctl")), false);
    });
});
