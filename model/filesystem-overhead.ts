/** CDI aligns the image to it. Source: CDI pkg/util/util.go (DefaultAlignBlockSize). */
const alignment = 2 ** 20;

/**
 * The bytes that CDI asks for when a disk is a file on a filesystem: the disk, and the part of the filesystem that it leaves free.
 * Source: CDI pkg/util/util.go (GetRequiredSpace); a recorded 10Gi is 11381663335 bytes.
 *
 * @param overhead a number from 0 to 1 as text, as CDIConfig has it.
 */
export function filesystemClaimBytes(bytes: number, overhead: string): number {
    return Math.ceil(Math.ceil(bytes / alignment) * alignment * (1 + Number(overhead)));
}
