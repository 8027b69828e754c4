import type { LongOperationOptions } from '@carrel/kit';
import type { ImageLocation } from '../image/image-options.ts';

export interface VerifyOptions extends ImageLocation, LongOperationOptions {
  readonly threads?: number;
}

export interface VerifyReceipt {
  readonly digest: string;
  readonly blobs: number;
  readonly frames: number;
  readonly blocks: number;
  readonly bytesRead: number;
  readonly seconds: number;
}

/**
 * Reads and checks every byte of a version: digests of blobs, every index section, every frame, every block id.
 *
 * @throws {IMAGE_DATA_DAMAGED} naming the first object that is not what was packed, and what `openImage` throws
 */
export function verifyImage(options: VerifyOptions): Promise<VerifyReceipt> {
  return Promise.reject(new Error(`not in this commit yet: ${options.tagOrDigest}`));
}
