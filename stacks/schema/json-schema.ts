import { z } from "zod";
import { environment } from "./environment";
import { environmentKey, oldKeys } from "./keys";

/** A JSON schema of a whole `Pulumi.<stack>.yaml`, for editors: what it accepts is what {@link environment} accepts. */
export function stackFileSchema(): Readonly<Record<string, unknown>> {
    const { $schema, ...object } = z.toJSONSchema(environment, { target: "draft-7", io: "input" });
    const text = { type: "string" };
    return {
        $schema,
        title: "Pulumi.<stack>.yaml of pulumi-kubevirt",
        type: "object",
        properties: {
            config: {
                type: "object",
                properties: {
                    [environmentKey]: object,
                    ...Object.fromEntries(
                        oldKeys.map((key) => [
                            `pulumi-kubevirt:${key}`,
                            { not: {}, description: `Now a part of ${environmentKey}.` },
                        ]),
                    ),
                },
                additionalProperties: true,
            },
            secretsprovider: text,
            encryptionsalt: text,
            encryptedkey: text,
            environment: { description: "Pulumi ESC: environments whose values are taken over." },
        },
        additionalProperties: false,
    };
}
