import type { LeftAlone } from "./drift";

/** What the program has the engine leave alone, as an exported state keeps it. Source: Pulumi sdk/go/common/apitype/core.go (ResourceV3). */
export function leftAloneIn(exported: string): LeftAlone {
    const { deployment } = JSON.parse(exported) as {
        readonly deployment?: {
            readonly resources?: readonly {
                readonly urn: string;
                readonly ignoreChanges?: readonly string[];
            }[];
        };
    };
    return new Map(
        (deployment?.resources ?? []).map(({ urn, ignoreChanges = [] }) => [urn, ignoreChanges]),
    );
}
