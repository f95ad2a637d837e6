import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import {
    type CatalogImage,
    checkCatalog,
    type ImageCatalog,
    imageText,
} from "../model/image-catalog";
import { nearest } from "../model/nearest";
import { problemsText } from "../model/problems";
import { UserError } from "../model/user-error";

/** The images of one stack, or of every stack that has some. The same name stands for the same image everywhere: there is one lock. */
export function readCatalogs(folder: string, stack: string | undefined): ImageCatalog {
    const known = stackFiles(folder);
    if (stack !== undefined && !known.includes(stack)) {
        throw new UserError(
            `Stack "${stack}" has no stacks/Pulumi.${stack}.yaml. Choose one of: ${known.join(", ") || "none is there"}.`,
        );
    }
    const images = new Map<string, CatalogImage & { readonly stack: string }>();
    for (const one of stack === undefined ? known : [stack]) {
        for (const [name, image] of Object.entries(catalogOf(folder, one))) {
            const other = images.get(name);
            if (other !== undefined && imageText(other.source) !== imageText(image.source)) {
                throw new UserError(
                    `Image "${name}" is ${imageText(other.source)} in stack "${other.stack}" and ${imageText(image.source)} in stack "${one}". Give one of them another name: both stacks share the lock.`,
                );
            }
            images.set(name, { ...image, stack: one });
        }
    }
    return Object.fromEntries(images);
}

function stackFiles(folder: string): string[] {
    const stacks = join(folder, "stacks");
    return existsSync(stacks)
        ? readdirSync(stacks).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
        : [];
}

function catalogOf(folder: string, stack: string): ImageCatalog {
    const file = join(folder, "stacks", `Pulumi.${stack}.yaml`);
    const { config } = (parse(readFileSync(file, "utf8")) ?? {}) as {
        config?: Record<string, unknown>;
    };
    const value = config?.["pulumi-kubevirt:images"] ?? {};
    const images = typeof value === "string" ? parsedJson(value) : value;
    const problems = checkCatalog(images);
    if (problems.length > 0) {
        throw new UserError(problemsText("Stack", stack, problems));
    }
    return images as ImageCatalog;
}

/** A value that `pulumi config set` wrote as one text. */
function parsedJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

/** The images that were named, or all. */
export function chosenImages(
    images: ImageCatalog,
    names: readonly string[],
): (readonly [string, CatalogImage])[] {
    const all = Object.entries(images);
    for (const name of names.filter((one) => !Object.hasOwn(images, one))) {
        const near = nearest(name, Object.keys(images));
        throw new UserError(
            `Image "${name}" is in no stack's configuration. ${near === undefined ? `There are: ${Object.keys(images).join(", ") || "none"}` : `Write ${near}`}.`,
        );
    }
    return names.length === 0 ? all : all.filter(([name]) => names.includes(name));
}
