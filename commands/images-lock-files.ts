import {
    type CatalogImage,
    checkCatalog,
    type ImageCatalog,
    imageText,
} from "../model/image-catalog";
import { nearest } from "../model/nearest";
import { problemsText } from "../model/problems";
import { UserError } from "../model/user-error";
import { environmentOf, stacksIn } from "./stack-files";

/** The images of one stack, or of every stack that has some. The same name stands for the same image everywhere: there is one lock. */
export function readCatalogs(folder: string, stack: string | undefined): ImageCatalog {
    const known = stacksIn(folder);
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

function catalogOf(folder: string, stack: string): ImageCatalog {
    const { images = {} } = environmentOf(folder, stack);
    const problems = checkCatalog(images);
    if (problems.length > 0) {
        throw new UserError(problemsText("Stack", stack, problems));
    }
    return images as ImageCatalog;
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
