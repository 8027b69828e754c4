import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineDescriptionSchema } from '@carrel/contract';
import {
  createRepositoryKey,
  formatRepositoryKey,
  openRawFile,
  openWritableRepository,
  packImage,
  parseReference,
  type RepositoryKey,
  singleKey,
} from '@carrel/imaging';
import type { TestServer } from '../../testing/index.ts';

/** An image in the built-in repository. */
export interface PushedImage {
  readonly key: RepositoryKey;
  /** What `createVersion` takes. */
  readonly body: {
    readonly reference: string;
    readonly manifestDigest: string;
    readonly repositoryKey: string;
  };
}

/** Packs a small disk of random data straight into the repository of the server, over its API. */
export async function pushTestImage(
  server: TestServer,
  name: string,
  tag: string,
  key: RepositoryKey = createRepositoryKey(),
): Promise<PushedImage> {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-image-'));
  try {
    const path = join(folder, 'disk.raw');
    await writeFile(path, Buffer.concat([randomBytes(300_000), Buffer.alloc(212_000)]));
    await using source = await openRawFile(path);
    const { origin } = server.connection;
    await using repository = openWritableRepository(parseReference(`${origin}/${name}:${tag}`), {
      ca: await readFile(server.services.instance.paths.authorityCertificate, 'utf8'),
      credentials: { userName: 'admin', password: server.administratorPassword },
    });
    const { digest } = await packImage({
      source,
      repository,
      tag,
      keys: singleKey(key),
      machine: machineDescriptionSchema.parse({ firmware: 'bios', minimumMemoryMiB: 256 }),
      threads: 1,
    });
    const repositoryKey = formatRepositoryKey(key);
    return { key, body: { reference: `server:${name}:${tag}`, manifestDigest: digest, repositoryKey } };
  } finally {
    await rm(folder, { recursive: true });
  }
}
