import type { LayoutReference } from '../../reference.ts';
import type { BlobContent, Repository, StoredManifest } from '../repository.ts';

/** A local OCI image layout (OCI image specification, "Image Layout"). */
export class LayoutRepository implements Repository {
  readonly location: string;

  constructor(reference: Pick<LayoutReference, 'path' | 'name'>) {
    this.location = reference.path;
  }
  resolve(_tagOrDigest: string): Promise<StoredManifest> {
    return Promise.reject(new Error('not in this commit yet'));
  }
  readBlob(_digest: string): AsyncIterable<Uint8Array> {
    throw new Error('not in this commit yet');
  }
  blobSize(_digest: string): Promise<number | undefined> {
    return Promise.reject(new Error('not in this commit yet'));
  }
  listTags(): Promise<readonly string[]> {
    return Promise.reject(new Error('not in this commit yet'));
  }
  listManifests(): Promise<readonly string[]> {
    return Promise.reject(new Error('not in this commit yet'));
  }
  writeBlob(_content: BlobContent): Promise<{ readonly isNew: boolean }> {
    return Promise.reject(new Error('not in this commit yet'));
  }
  putManifest(
    _tag: string,
    _manifest: Pick<StoredManifest, 'bytes' | 'mediaType'>,
  ): Promise<{ readonly digest: string }> {
    return Promise.reject(new Error('not in this commit yet'));
  }
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
