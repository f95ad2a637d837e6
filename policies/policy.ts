import type { Problem } from "../model/problems";
import type { Exemption } from "./exemptions";
import type { Resource } from "./resource";

/** What kind of environment a stack is: what a policy asks of it depends on that. */
export const environments = ["local", "staging", "production"] as const;
export type Environment = (typeof environments)[number];

/** What comes of a violation: it is told, it stops the update, or nobody looks. */
export type Level = "advisory" | "mandatory" | "disabled";

/** A setting of a policy, in the words of a JSON schema. `--policy-pack-config` gives it. */
export interface SettingSchema {
    readonly description: string;
    readonly type: "array" | "object";
    readonly items?: { readonly type: "string" };
    readonly additionalProperties?: { readonly type: "string"; readonly minLength: number };
    readonly default: readonly string[] | Readonly<Record<string, string>>;
}

/** Values of a policy's settings. What the engine hands over was checked against their schemas. */
export type Settings = Readonly<Record<string, unknown>>;

/** A violation that a policy of the whole stack has found, and the resource that it is told on. */
export interface StackProblem extends Problem {
    readonly resource: Resource;
}

/** A rule for what a program registers: plain data and a function that judges. */
export interface Policy {
    /** What configuration and messages call it: `no-host-path`. */
    readonly name: string;
    /** What it asks for, in one sentence. */
    readonly asks: string;
    readonly why: string;
    readonly remedy: string;
    readonly levels: Readonly<Record<Environment, Level>>;
    /** Settings beside `exempt`, which every policy has. */
    readonly settings?: Readonly<Record<string, SettingSchema>>;
    /** What it does not judge. */
    readonly exempts?: readonly Exemption[];
    /** Judges one resource by what the program gives it, before it is registered. */
    readonly judge?: (resource: Resource, settings: Settings) => readonly Problem[];
    /** Judges resources together, after the last one. */
    readonly judgeStack?: (
        resources: readonly Resource[],
        settings: Settings,
    ) => readonly StackProblem[];
}
