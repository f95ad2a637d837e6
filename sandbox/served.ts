import { type Api, ApiError } from "./api";

/** Does the work with the address of a collection, where the API server has it. */
export async function whereServed(
    groupVersion: string,
    plural: string,
    api: Api,
    work: (collection: string) => Promise<void>,
): Promise<void> {
    const collection = `/apis/${groupVersion}/${plural}`;
    try {
        await api.get(`${collection}?limit=1`);
    } catch (error) {
        if (error instanceof ApiError && error.status === 404) {
            return;
        }
        throw error;
    }
    await work(collection);
}
