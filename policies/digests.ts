import { placeText } from "../model/machine-difference";
import { parseImageReference } from "../model/image-reference";
import { type Problem, Problems } from "../model/problems";
import { digestIn, isArchiveReference } from "../model/registry-reference";
import { shown } from "../model/source-fields";
import { operatorParts } from "./exemptions";
import type { Policy } from "./policy";
import { at, fieldsOf, type Resource } from "./resource";
import {
    chartValuesOf,
    containersOf,
    dataVolumesOf,
    machinesOf,
    type Part,
    podsOf,
    volumesOf,
} from "./workloads";

const remedy = "write the image's digest behind it: @sha256:…";

export const digests: Policy = {
    name: "images-by-digest",
    asks: "Images are named by what is in them: by digest, or with a checksum.",
    why: "a tag may stand for something else tomorrow: a machine or a pod that starts again would not be what was reviewed",
    remedy,
    levels: { local: "disabled", staging: "advisory", production: "mandatory" },
    exempts: [operatorParts],
    judge: (resource) => {
        const problems = new Problems();
        const named = (place: readonly string[], image: unknown, cure = remedy) => {
            if (
                typeof image === "string" &&
                !isArchiveReference(image) &&
                digestIn(image) === undefined
            ) {
                problems.add(placeText(place), `is ${shown(image)}, without a digest`, cure);
            }
        };
        for (const { place, spec } of podsOf(resource).flatMap(containersOf)) {
            named([...place, "image"], spec["image"]);
        }
        for (const machine of machinesOf(resource)) {
            for (const { place, spec } of volumesOf(machine)) {
                named([...place, "containerDisk", "image"], at(spec, "containerDisk", "image"));
            }
            const boot = ["domain", "firmware", "kernelBoot", "container", "image"];
            named([...machine.place, ...boot], at(machine.spec, ...boot));
        }
        for (const { place, spec } of dataVolumesOf(resource)) {
            const url = ["source", "registry", "url"];
            named(
                [...place, ...url],
                at(spec, ...url),
                "write the image's digest (npm run images:lock finds and keeps it)",
            );
            const file = ["source", "http"];
            const { url: address, checksum } = fieldsOf(spec, ...file);
            if (typeof address === "string" && checksum === undefined) {
                problems.add(
                    placeText([...place, ...file]),
                    `is ${shown(address)}, without a checksum`,
                    `write checksum: "sha256:…" beside it`,
                );
            }
        }
        problems.all.push(...inValues(resource));
        return problems.all;
    },
};

function inValues(resource: Resource): Problem[] {
    const problems = new Problems();
    const look = ({ place, spec }: Part): void => {
        for (const [key, value] of Object.entries(spec)) {
            const isImage = /image$/i.test(key) && typeof value === "string";
            if (isImage && isTagged(value)) {
                problems.add(
                    placeText([...place, key]),
                    `is ${shown(value)}, without a digest`,
                    remedy,
                );
            } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
                look({ place: [...place, key], spec: fieldsOf(value) });
            }
        }
        const { repository, tag, digest } = spec;
        const isTag = typeof tag === "string" && tag !== "" && !tag.includes("sha256:");
        if (typeof repository === "string" && isTag && !isText(digest)) {
            problems.add(
                placeText(place),
                `is ${shown(`${repository}:${tag}`)}, without a digest`,
                "write the digest as the chart takes it",
            );
        }
    };
    chartValuesOf(resource).forEach(look);
    return problems.all;
}

/** Whether a text is an image with a tag: charts have other values, too, whose names end in image. */
function isTagged(text: string): boolean {
    const parsed = parseImageReference(text);
    return parsed?.tag !== undefined && parsed.digest === undefined;
}

function isText(value: unknown): boolean {
    return typeof value === "string" && value !== "";
}
