import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificates } from './testing/certificates.ts';
import { writeLayout } from './testing/oci-layout.ts';
import { mustRun, runProgram } from './testing/program.ts';
import { digestOf } from './testing/push.ts';
import { startRepository, type TestRepository } from './testing/start-repository.ts';

const publisher = 'publisher:secret-of-publisher';
const reader = 'reader:secret-of-reader';
const config = Buffer.from('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}');
const contents = [config, randomBytes(5_000_000), randomBytes(1000)];

let folder: string;
let server: TestRepository;
let image: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-skopeo-'));
  const certificates = await makeCertificates(folder);
  await mkdir(join(folder, 'trust'));
  await writeFile(join(folder, 'trust', 'ca.crt'), certificates.authority);
  server = await startRepository({ tls: certificates });
  image = `docker://${server.host}/lab/desk:v1`;
  await writeLayout(join(folder, 'source'), 'v1', contents);
  await mustRun('skopeo', [
    ...['copy', '--insecure-policy', '--dest-cert-dir', join(folder, 'trust'), '--dest-creds', publisher],
    ...[`oci:${join(folder, 'source')}:v1`, image],
  ]);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test('an image pushed by skopeo over TLS comes back as it was', async () => {
  await mustRun('skopeo', [
    ...['copy', '--insecure-policy', '--src-cert-dir', join(folder, 'trust'), '--src-creds', reader],
    ...[image, `oci:${join(folder, 'copy')}:v1`],
  ]);
  for (const content of contents) {
    const copy = await readFile(join(folder, 'copy', 'blobs', 'sha256', digestOf(content).slice(7)));
    expect(copy.equals(content)).toBe(true);
  }
});

test('skopeo inspects it and lists its tags', async () => {
  const trust = ['--cert-dir', join(folder, 'trust'), '--creds', reader];
  const inspected = JSON.parse(await mustRun('skopeo', ['inspect', ...trust, image])) as {
    Digest: string;
    Layers: string[];
  };
  expect(inspected.Layers).toEqual(contents.slice(1).map(digestOf));
  const raw = await mustRun('skopeo', ['inspect', '--raw', ...trust, image]);
  expect(inspected.Digest).toBe(digestOf(raw));
  const tags = JSON.parse(await mustRun('skopeo', ['list-tags', ...trust, image.replace(':v1', '')])) as {
    Tags: string[];
  };
  expect(tags.Tags).toEqual(['v1']);
});

test('a copy within the repository mounts the blobs, and skopeo deletes what it is allowed to', async () => {
  const trust = join(folder, 'trust');
  const copy = `docker://${server.host}/lab/other:v2`;
  await mustRun('skopeo', [
    ...['copy', '--insecure-policy', '--src-cert-dir', trust, '--src-creds', publisher],
    ...['--dest-cert-dir', trust, '--dest-creds', publisher, image, copy],
  ]);
  await mustRun('skopeo', ['delete', '--cert-dir', trust, '--creds', publisher, copy]);
  const gone = await runProgram('skopeo', ['inspect', '--cert-dir', trust, '--creds', publisher, copy]);
  expect(gone.exitCode).not.toBe(0);
  expect(gone.errors).toContain('manifest unknown');
});

test('skopeo understands why it is refused', async () => {
  const trust = join(folder, 'trust');
  const push = await runProgram('skopeo', [
    ...['copy', '--insecure-policy', '--dest-cert-dir', trust, '--dest-creds', reader],
    ...[`oci:${join(folder, 'source')}:v1`, `docker://${server.host}/lab/denied:v1`],
  ]);
  expect(push.exitCode).not.toBe(0);
  expect(push.errors).toMatch(/denied/i);
  const wrong = await runProgram('skopeo', [
    'inspect',
    '--cert-dir',
    trust,
    '--creds',
    'reader:wrong',
    image,
  ]);
  expect(wrong.errors).toMatch(/unauthorized|invalid username\/password/i);
});
