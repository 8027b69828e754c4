import { digestSchema } from '@carrel/contract/delivery';
import { fail } from '@carrel/contract/errors';
import { isAppError } from '@carrel/kit';
import { z } from 'zod';
import { damaged } from '../../format/damaged.ts';
import { digestOf } from '../../format/manifest.ts';
import type { WebLayoutReference } from '../../reference.ts';
import { downloadBlob } from '../http/blob-download.ts';
import { HttpConnection } from '../http/http-connection.ts';
import type { HttpOptions } from '../http/http-options.ts';
import { parseJson } from '../http/parse-json.ts';
import { findTag, tagsOf } from '../layout/layout-entries.ts';
import type { BlobRange, ReadOptions, RepositoryReader, StoredManifest } from '../repository.ts';
import { WebLayoutIndex } from './web-layout-index.ts';

const maxManifestBytes = 16 * 1024 * 1024;
const manifestSchema = z.object({ mediaType: z.string() });

/** An OCI image layout that a web server gives out as files. It can only be read. */
export class WebLayoutRepository implements RepositoryReader {
  readonly location: string;
  readonly #name: string;
  readonly #connection: HttpConnection;
  readonly #index: WebLayoutIndex;

  constructor(reference: Pick<WebLayoutReference, 'origin' | 'path' | 'name'>, options: HttpOptions) {
    this.location = `${reference.origin}${reference.path}`;
    this.#name = reference.name;
    this.#connection = new HttpConnection(reference.origin, this.location, options);
    this.#index = new WebLayoutIndex(this.#connection, this.#url('index.json'));
  }

  /** A digest needs no index: whoever names one knows that the manifest was there. */
  async resolve(tagOrDigest: string, options: ReadOptions = {}): Promise<StoredManifest> {
    const isDigest = tagOrDigest.startsWith('sha256:');
    const digest = isDigest ? tagOrDigest : await this.#digestOfTag(tagOrDigest, options);
    const bytes = await this.#readManifest(digest, options).catch((error: unknown) => {
      if (isDigest && isAppError(error, 'IMAGE_DATA_MISSING')) throw this.#notHere(`@${digest}`, error);
      throw error;
    });
    if (digestOf(bytes) !== digest) {
      throw damaged(`Manifest ${digest}`, this.location, 'it has another digest');
    }
    const parsed = manifestSchema.safeParse(parseJson(bytes));
    if (!parsed.success) throw this.#connection.unexpected(`${digest} is not a manifest`);
    return { digest, mediaType: parsed.data.mediaType, bytes };
  }

  readBlob(digest: string, range?: BlobRange, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    return downloadBlob({ connection: this.#connection, url: this.#blobUrl(digest), digest, range, options });
  }

  blobSize(digest: string, options: ReadOptions = {}): Promise<number | undefined> {
    return this.#connection.sizeOf(this.#blobUrl(digest), options);
  }

  async listTags(options: ReadOptions = {}): Promise<readonly string[]> {
    return tagsOf((await this.#index.read(options)).manifests, this.#name);
  }

  async listManifests(options: ReadOptions = {}): Promise<readonly string[]> {
    const { manifests } = await this.#index.read(options);
    return [...new Set(manifests.map((entry) => entry.digest))];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }

  async #digestOfTag(tag: string, options: ReadOptions): Promise<string> {
    const { manifests } = await this.#index.read(options);
    const entry = findTag(manifests, this.#name, tag);
    if (entry === undefined) throw this.#notHere(`:${tag}`);
    return entry.digest;
  }

  async #readManifest(digest: string, options: ReadOptions): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.readBlob(digest, undefined, options)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxManifestBytes) throw this.#connection.unexpected(`${digest} is far too long`);
    }
    return new Uint8Array(Buffer.concat(chunks));
  }

  #blobUrl(digest: string): URL {
    return this.#url(`blobs/sha256/${digestSchema.parse(digest).slice('sha256:'.length)}`);
  }

  #url(path: string): URL {
    return new URL(`${this.location}/${path}`);
  }

  #notHere(version: string, cause?: unknown): Error {
    return fail(
      'IMAGE_NOT_IN_REPOSITORY',
      { reference: `oci:${this.location}:${this.#name}${version}` },
      cause,
    );
  }
}
