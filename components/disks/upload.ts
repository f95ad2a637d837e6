import type { DiskPlan } from "../../manifests/disk";
import type { Problems } from "../../model/problems";
import { bytesOf } from "../../model/size";
import type { UploadPlan } from "../../waits/upload";
import { checkUploadFile } from "../../waits/upload-file";

/** The file that fills a disk, where one does. */
export function uploadPlan({ source, size }: DiskPlan): { readonly upload?: UploadPlan } {
    if (source === undefined || !("upload" in source)) {
        return {};
    }
    const { upload: path, checksum, contentType, uploadProxy } = source;
    return {
        upload: {
            path,
            sizeBytes: bytesOf(size),
            ...(checksum === undefined ? {} : { checksum }),
            ...(contentType === undefined ? {} : { contentType }),
            ...(uploadProxy === undefined ? {} : { uploadProxy }),
        },
    };
}

/** Adds why the file cannot fill the disk. Only for a disk that is not there yet: afterwards nobody needs the file. */
export async function checkUpload(plan: DiskPlan, problems: Problems): Promise<void> {
    const { upload } = uploadPlan(plan);
    if (upload !== undefined) {
        const { path, sizeBytes, checksum, contentType } = upload;
        problems.addFrom("source", await checkUploadFile(path, sizeBytes, checksum, contentType));
    }
}
