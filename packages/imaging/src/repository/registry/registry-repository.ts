import { digestSchema } from '@carrel/contract/delivery';
import { fail } from '@carrel/contract/errors';
import { z } from 'zod';
import { mediaTypes } from '../../format/constants.ts';
import { damaged } from '../../format/damaged.ts';
import { digestOf } from '../../format/manifest.ts';
import type { RegistryReference } from '../../reference.ts';
import { downloadBlob } from '../http/blob-download.ts';
import { HttpConnection } from '../http/http-connection.ts';
import type { HttpAnswer } from '../http/http-exchange.ts';
import type { HttpOptions } from '../http/http-options.ts';
import { parseJson } from '../http/parse-json.ts';
import { readAnswer } from '../http/read-answer.ts';
import type {
  BlobContent,
  BlobRange,
  ReadOptions,
  Repository,
  StoredManifest,
  WriteOptions,
} from '../repository.ts';
import { uploadBlob } from './blob-upload.ts';

const tagListSchema = z.object({ tags: z.array(z.string()).nullish() });
const errorBodySchema = z.object({ errors: z.array(z.object({ code: z.string() })).min(1) });

/** One name in an OCI registry (OCI distribution specification 1.1). */
export class RegistryRepository implements Repository {
  readonly location: string;
  readonly #origin: string;
  readonly #name: string;
  readonly #connection: HttpConnection;

  constructor(reference: Pick<RegistryReference, 'origin' | 'name'>, options: HttpOptions) {
    this.location = `${reference.origin}/${reference.name}`;
    this.#origin = reference.origin;
    this.#name = reference.name;
    this.#connection = new HttpConnection(reference.origin, this.location, options);
  }

  resolve(tagOrDigest: string, options: ReadOptions = {}): Promise<StoredManifest> {
    return this.#connection.repeat(() => this.#resolveOnce(tagOrDigest, options), options.signal);
  }

  readBlob(digest: string, range?: BlobRange, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    return downloadBlob({ connection: this.#connection, url: this.#blobUrl(digest), digest, range, options });
  }

  blobSize(digest: string, options: ReadOptions = {}): Promise<number | undefined> {
    return this.#connection.sizeOf(this.#blobUrl(digest), options);
  }

  async listTags(options: ReadOptions = {}): Promise<readonly string[]> {
    const tags: string[] = [];
    let next: URL | undefined = this.#url('tags/list');
    while (next !== undefined) {
      const url: URL = next;
      const page = await this.#connection.repeat(() => this.#readTags(url, options), options.signal);
      tags.push(...page.tags);
      next = page.next;
    }
    return tags.toSorted();
  }

  listManifests(options?: ReadOptions): Promise<readonly string[]> {
    return this.listTags(options);
  }

  async writeBlob(content: BlobContent, options: WriteOptions = {}): Promise<{ readonly isNew: boolean }> {
    const { signal } = options;
    if ((await this.blobSize(content.digest, { signal })) === content.sizeBytes) return { isNew: false };
    await uploadBlob({
      connection: this.#connection,
      url: this.#url('blobs/uploads/'),
      blobUrl: this.#blobUrl(content.digest),
      content,
      signal,
      refuse: (answer) => this.#refuse(answer, 'an upload', content.digest),
    });
    return { isNew: true };
  }

  async putManifest(
    tag: string,
    manifest: Pick<StoredManifest, 'bytes' | 'mediaType'>,
    options: WriteOptions = {},
  ): Promise<{ readonly digest: string }> {
    const answer = await this.#connection.send({
      method: 'PUT',
      url: this.#url(`manifests/${tag}`),
      headers: { 'content-type': manifest.mediaType, 'content-length': String(manifest.bytes.length) },
      body: () => [manifest.bytes],
      signal: options.signal,
    });
    if (answer.status !== 201) throw await this.#refuse(answer, 'a manifest put');
    await answer.discard();
    return { digest: digestOf(manifest.bytes) };
  }

  discardBlob(_digest: string): Promise<void> {
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }

  async #resolveOnce(tagOrDigest: string, options: ReadOptions): Promise<StoredManifest> {
    const { signal, meter } = options;
    const answer = await this.#connection.sendOnce({
      method: 'GET',
      url: this.#url(`manifests/${tagOrDigest}`),
      headers: { accept: mediaTypes.manifest },
      signal,
      meter,
    });
    if (answer.status === 404) {
      await answer.discard();
      const separator = tagOrDigest.startsWith('sha256:') ? '@' : ':';
      throw fail('IMAGE_NOT_IN_REPOSITORY', { reference: `${this.location}${separator}${tagOrDigest}` });
    }
    const mediaType = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
    if (answer.status !== 200 || !mediaType.includes('json')) throw await this.#refuse(answer, 'a manifest');
    const bytes = await readAnswer(this.#connection, answer, options);
    const digest = digestOf(bytes);
    if (tagOrDigest.startsWith('sha256:') && digest !== tagOrDigest) {
      throw damaged(`Manifest ${tagOrDigest}`, this.location, 'it has another digest');
    }
    return { digest, mediaType, bytes };
  }

  /** One page of the list of tags, and where the next one is. */
  async #readTags(
    url: URL,
    { signal, meter }: ReadOptions,
  ): Promise<{ tags: string[]; next: URL | undefined }> {
    const answer = await this.#connection.sendOnce({ method: 'GET', url, signal, meter });
    if (answer.status === 404) {
      await answer.discard();
      return { tags: [], next: undefined };
    }
    if (answer.status !== 200) throw await this.#refuse(answer, 'a list of tags');
    const bytes = await readAnswer(this.#connection, answer, { signal, meter });
    const page = tagListSchema.safeParse(parseJson(bytes));
    if (!page.success) throw this.#connection.unexpected('its list of tags is none');
    const link = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.headers.get('link') ?? '')?.[1];
    const next = link !== undefined && URL.canParse(link, url) ? new URL(link, url) : undefined;
    return { tags: page.data.tags ?? [], next };
  }

  async #refuse(answer: HttpAnswer, asked: string, digest?: string): Promise<Error> {
    const body = errorBodySchema.safeParse(parseJson(await readAnswer(this.#connection, answer, {})));
    const code = body.data?.errors[0]?.code;
    if (digest !== undefined && code === 'DIGEST_INVALID') {
      return damaged(`Blob ${digest}`, 'its writer', 'it has another digest or size');
    }
    const detail = code === undefined ? '' : `, ${code}`;
    return this.#connection.unexpected(`it answers with HTTP ${answer.status}${detail} to ${asked}`);
  }

  #blobUrl(digest: string): URL {
    return this.#url(`blobs/${digestSchema.parse(digest)}`);
  }

  #url(path: string): URL {
    return new URL(`${this.#origin}/v2/${this.#name}/${path}`);
  }
}
