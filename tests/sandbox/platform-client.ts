import assert from "node:assert/strict";
import * as fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import * as yaml from "yaml";
import { type Api, ApiError } from "../../sandbox/api";
import { collectionPath, isCollectionKind } from "../../waits/collections";
import { patienceMs } from "../support/sandbox";

/** What the tests read of any object. */
export interface Read {
    readonly kind: string;
    readonly apiVersion: string;
    readonly metadata: {
        readonly name: string;
        readonly namespace?: string;
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
        readonly finalizers?: readonly string[];
        readonly generation?: number;
    };
    readonly status?: {
        readonly phase?: string;
        readonly conditions?: readonly {
            readonly type: string;
            readonly status: string;
            readonly reason?: string;
            readonly message?: string;
        }[];
        readonly containerStatuses?: readonly {
            readonly state?: { readonly waiting?: { readonly reason?: string } };
        }[];
        readonly [field: string]: unknown;
    };
}

/** The paths at which the tests look. */
export const paths = {
    kubevirt: "/apis/kubevirt.io/v1/namespaces/kubevirt/kubevirts/kubevirt",
    cdi: "/apis/cdi.kubevirt.io/v1beta1/cdis/cdi",
    definitions: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    webhooks: "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
    pods: (namespace: string) => `/api/v1/namespaces/${namespace}/pods`,
} as const;

/** The simplest possible kubectl, for whole manifests. */
export class PlatformClient {
    constructor(readonly api: Api) {}

    /** The objects of a manifest, in its order. */
    objectsIn(file: string): Read[] {
        return yaml
            .parseAllDocuments(fs.readFileSync(file, "utf8"))
            .map((document) => document.toJS() as Read);
    }

    /** Creates or changes everything in a manifest. */
    async apply(file: string): Promise<void> {
        for (const object of this.objectsIn(file)) {
            const apply = () => this.api.apply(collectionOf(object), object);
            await (/^(CDI|KubeVirt)$/.test(object.kind) ? untilServed(apply) : apply());
        }
    }

    /** Deletes everything in a manifest that is there, last first, and waits until it is gone. */
    async remove(file: string): Promise<void> {
        for (const object of this.objectsIn(file).reverse()) {
            const path = `${collectionOf(object)}/${object.metadata.name}`;
            await this.delete(path);
            await this.untilGone(path);
        }
    }

    /** Deletes an object, if it is there. */
    async delete(path: string): Promise<void> {
        try {
            await this.api.request("DELETE", path);
        } catch (error) {
            if (!(error instanceof ApiError && error.status === 404)) {
                throw error;
            }
        }
    }

    async merge(path: string, change: object): Promise<void> {
        await this.api.request("PATCH", path, {
            type: "application/merge-patch+json",
            text: JSON.stringify(change),
        });
    }

    async read(path: string): Promise<Read | undefined> {
        try {
            return (await this.api.get(path)) as Read;
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) {
                return undefined;
            }
            throw error;
        }
    }

    /** The objects of a collection; none where it is not served. */
    async list(path: string): Promise<Read[]> {
        const list = (await this.read(path)) as { items?: Read[] } | undefined;
        return list?.items ?? [];
    }

    async names(path: string): Promise<string[]> {
        return (await this.list(path)).map(({ metadata }) => metadata.name);
    }

    /** Waits for something that the cluster does by itself. */
    async until(path: string, holds: (object: Read) => boolean): Promise<Read> {
        const deadline = Date.now() + patienceMs;
        for (;;) {
            const object = await this.read(path);
            if (object !== undefined && holds(object)) {
                return object;
            }
            assert.ok(Date.now() < deadline, `${path}: ${JSON.stringify(object?.status)}`);
            await pause(50);
        }
    }

    async untilGone(path: string): Promise<void> {
        // With an installation go its definitions, which the API server deletes in several attempts where they are new (see
        // sandbox/data-plane/definition-deletion.ts): 41 s have been seen on a busy machine.
        const deadline = Date.now() + patienceMs;
        for (;;) {
            const object = await this.read(path);
            if (object === undefined) {
                return;
            }
            assert.ok(Date.now() < deadline, `${path} is still there: ${JSON.stringify(object)}`);
            await pause(50);
        }
    }
}

/** A definition is accepted some time before its kind is served; in between the API server asks for patience. */
export async function untilServed(apply: () => Promise<void>): Promise<void> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
        try {
            await apply();
            return;
        } catch (error) {
            const early = error instanceof ApiError && [404, 429].includes(error.status);
            if (!early || Date.now() > deadline) {
                throw error;
            }
            await pause(50);
        }
    }
}

function collectionOf({ kind, metadata }: Read): string {
    assert.ok(isCollectionKind(kind), `where ${kind} is served is not known`);
    return collectionPath(kind, metadata.namespace);
}

/** A condition as "Available=True DeployCompleted: Deployment Completed". */
export function condition({ status }: Read, type: string): string {
    const found = status?.conditions?.find((each) => each.type === type);
    return [found?.status ?? "absent", found?.reason, found?.message]
        .filter((word) => word !== undefined)
        .join(" ");
}
