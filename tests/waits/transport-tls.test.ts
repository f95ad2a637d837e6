import assert from "node:assert/strict";
import { once } from "node:events";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";
import { parse, stringify } from "yaml";
import { kubeconfigTransport } from "../../waits/transport";
import { sharedSandbox } from "../support/sandbox";

interface Kubeconfig {
    readonly clusters: readonly { readonly cluster: Record<string, string> }[];
    readonly users: readonly { readonly user: Record<string, string> }[];
}

describe("kubeconfigTransport, to a server with TLS", () => {
    let kubeconfig: Kubeconfig;
    let server: https.Server;
    let seen: { readonly resumed: boolean; readonly connection: string | undefined }[];

    before(async function () {
        // The administrator's certificate is valid for servers on 127.0.0.1 as well (kwok 0.8 pkg/kwokctl/pki).
        kubeconfig = parse((await sharedSandbox(this)).kubeconfig) as Kubeconfig;
    });

    beforeEach(async () => {
        seen = [];
        const { user } = kubeconfig.users[0] ?? { user: {} };
        const [cert, key] = ["certificate", "key"].map((part) =>
            Buffer.from(user[`client-${part}-data`] ?? "", "base64"),
        );
        server = https.createServer({ cert, key }, (request, response) => {
            assert.ok(request.socket instanceof TLSSocket);
            const resumed = request.socket.isSessionReused();
            seen.push({ resumed, connection: request.headers.connection });
            response.end("{}");
        });
        await once(server.listen(0, "127.0.0.1"), "listening");
    });

    afterEach(() => {
        server.closeAllConnections();
        server.close();
    });

    /** The kubeconfig with the address of this test's server. */
    function here(authority: "known" | "not known" = "known"): string {
        const { port } = server.address() as AddressInfo;
        const clusters = kubeconfig.clusters.map(({ cluster, ...named }) => {
            const { "certificate-authority-data": ca } = cluster;
            return {
                ...named,
                cluster: {
                    server: `https://127.0.0.1:${String(port)}`,
                    ...(authority === "known" ? { "certificate-authority-data": ca } : {}),
                },
            };
        });
        return stringify({ ...kubeconfig, clusters });
    }

    it("takes up the session of the request before, on a connection of its own", async () => {
        const transport = await kubeconfigTransport(here());
        for (const name of ["a", "b", "c"]) {
            await transport.get(`/${name}`);
        }
        assert.deepEqual(seen, [
            { resumed: false, connection: "close" },
            { resumed: true, connection: "close" },
            { resumed: true, connection: "close" },
        ]);
    });

    it("does not trust a server whose authority its own kubeconfig does not name", async () => {
        await (await kubeconfigTransport(here())).get("/a");
        const stranger = await kubeconfigTransport(here("not known"));
        await assert.rejects(stranger.get("/a"), /certificate/);
    });
});
