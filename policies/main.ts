import * as pulumi from "@pulumi/pulumi";
import { PolicyPack } from "@pulumi/policy";
import { UserError } from "../model/user-error";
import { policies } from "./all";
import { environmentOf } from "./environment";
import { enginePolicy } from "./pack";
import type { Environment } from "./policy";

/** The pack that `--policy-pack policies` runs. */
const environment = ofStack();
new PolicyPack("pulumi-kubevirt", {
    description: `What a stack of virtual machines has to keep to (${environment})`,
    policies: policies.map((policy) => enginePolicy(policy, environment)),
});

function ofStack(): Environment {
    try {
        return environmentOf(
            pulumi.getStack(),
            new pulumi.Config("policies").get("environment"),
            new pulumi.Config().get("environment"),
        );
    } catch (error) {
        throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
    }
}
