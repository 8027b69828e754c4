import { createHash } from 'node:crypto';
import type { TestRepository } from './start-repository.ts';

/** `sha256:HEX` of the bytes. */
export function digestOf(bytes: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

type Server = Pick<TestRepository, 'fetch'>;

/** Pushes a blob; its digest. */
export async function pushBlob(server: Server, name: string, bytes: Uint8Array): Promise<string> {
  const digest = digestOf(bytes);
  const begun = await server.fetch(`/v2/${name}/blobs/uploads/`, { method: 'POST' });
  const location = begun.headers.get('location') ?? '';
  const answer = await server.fetch(`${location}${location.includes('?') ? '&' : '?'}digest=${digest}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  });
  if (answer.status !== 201) throw new Error(`push of a blob: HTTP ${answer.status} ${await answer.text()}`);
  return digest;
}

const configMediaType = 'application/vnd.oci.image.config.v1+json';
export const imageManifestType = 'application/vnd.oci.image.manifest.v1+json';

/** The text of an image manifest with these layers, about `subject` when there is one. */
export function imageManifest(
  layers: readonly { readonly digest: string; readonly size: number }[],
  subject?: { readonly digest: string; readonly size: number },
): string {
  const [config, ...rest] = layers.map((layer, index) => ({
    mediaType: index === 0 ? configMediaType : 'application/octet-stream',
    ...layer,
  }));
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: imageManifestType,
    config,
    layers: rest,
    ...(subject ? { subject: { mediaType: imageManifestType, ...subject } } : {}),
  });
}

/** Pushes a manifest; its digest. */
export async function pushManifest(
  server: Server,
  name: string,
  reference: string,
  manifest: string,
): Promise<string> {
  const answer = await server.fetch(`/v2/${name}/manifests/${reference}`, {
    method: 'PUT',
    headers: { 'content-type': imageManifestType },
    body: manifest,
  });
  if (answer.status !== 201)
    throw new Error(`push of a manifest: HTTP ${answer.status} ${await answer.text()}`);
  return digestOf(manifest);
}

/** Pushes an image of the given blobs under a tag; the digests of the manifest and of the blobs. */
export async function pushImage(
  server: Server,
  name: string,
  tag: string,
  contents: readonly Uint8Array[],
): Promise<{ readonly manifest: string; readonly blobs: readonly string[] }> {
  const blobs: string[] = [];
  for (const content of contents) blobs.push(await pushBlob(server, name, content));
  const layers = blobs.map((digest, index) => ({ digest, size: contents[index]?.length ?? 0 }));
  return { manifest: await pushManifest(server, name, tag, imageManifest(layers)), blobs };
}
