import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineDescriptionSchema, routes } from '@carrel/contract';
import {
  createRepositoryKey,
  formatRepositoryKey,
  openRawFile,
  openWritableRepository,
  packImage,
  parseReference,
  singleKey,
} from '@carrel/imaging';
import { expect, test } from 'vitest';
import { startReferenceRegistry } from '../repository/testing/docker-registry.ts';
import { startTestServer } from '../testing/index.ts';

interface Place extends AsyncDisposable {
  /** Where the image is packed to, and how it is named to the server. */
  readonly writable: string;
  readonly reference: string;
  readonly missing: string;
}

const places: Record<string, (folder: string) => Promise<Place>> = {
  'any registry': async () => {
    const registry = await startReferenceRegistry();
    const reference = `${registry.origin}/lab/office:v1`;
    return {
      writable: reference,
      reference,
      missing: `${registry.origin}/lab/nowhere:v1`,
      [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
    };
  },
  'a folder on a web server': async (folder) => {
    const web = createServer((request, response) => {
      readFile(join(folder, new URL(request.url ?? '/', 'http://x').pathname)).then(
        (bytes) => response.writeHead(200, { 'content-length': bytes.length }).end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await once(web.listen(0, '127.0.0.1'), 'listening');
    const layout = `oci:http://127.0.0.1:${(web.address() as AddressInfo).port}/layout`;
    return {
      writable: `oci:${folder}/layout:office:v1`,
      reference: `${layout}:office:v1`,
      missing: `${layout}:nowhere:v1`,
      [Symbol.asyncDispose]: async () => {
        web.closeAllConnections();
        web.close();
        await once(web, 'close');
      },
    };
  },
};

function hostOf(reference: string): string {
  return new URL(reference.replace(/^oci:/, '').replace(/:v1$/, '')).host;
}

test.each(Object.entries(places))('a version may lie in %s, and must be there', async (_, open) => {
  await using server = await startTestServer('sqlite');
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'carrel-source-'));
  undo.defer(() => rm(folder, { recursive: true }));
  const place = undo.use(await open(folder));
  const { reference } = place;
  await writeFile(join(folder, 'disk.raw'), Buffer.alloc(1_048_576, 'carrel'));
  const key = createRepositoryKey();
  await using source = await openRawFile(join(folder, 'disk.raw'));
  await using repository = openWritableRepository(parseReference(place.writable));
  const machine = machineDescriptionSchema.parse({});
  const keys = singleKey(key);
  const { digest } = await packImage({ source, repository, machine, tag: 'v1', keys, threads: 1 });
  const admin = server.administrator;
  const params = { settingName: 'images.allowedRegistries' as const };
  await admin.call(routes.setSetting, { params, body: { value: [hostOf(reference)] } });
  const { id: imageId } = await admin.call(routes.createImage, { body: { name: 'office' } });
  const body = { reference, manifestDigest: digest, repositoryKey: formatRepositoryKey(key) };
  const version = await admin.call(routes.createVersion, { params: { imageId }, body });
  expect(version).toMatchObject({ number: 1, reference, virtualSizeBytes: 1_048_576 });
  const missing = {
    ...body,
    reference: place.missing,
    manifestDigest: `sha256:${'0'.repeat(64)}`,
  };
  await expect(
    admin.call(routes.createVersion, { params: { imageId }, body: missing }),
  ).rejects.toMatchObject({
    code: 'IMAGE_NOT_IN_REPOSITORY',
  });
});
