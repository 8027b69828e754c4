import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { intervalsSchema } from '@carrel/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deviceSecret } from './device-secret.ts';
import { enrolmentSchema, readEnrolment, writeEnrolment } from './enrolment.ts';

const key = new Uint8Array(32).fill(5);
const enrolment = enrolmentSchema.parse({
  deviceId: '0190a000-0000-7000-8000-000000000001',
  instanceId: 'instance',
  server: 'https://carrel.example:7443',
  authority: 'pem',
  authorityFingerprint: 'ab'.repeat(32),
  leaseKeys: { keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'one', x: 'A'.repeat(43) }] },
  intervals: intervalsSchema.parse({}),
});

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-enrolment-'));
  path = join(folder, 'enrolment.json');
});
afterEach(() => rm(folder, { recursive: true }));

describe('an enrolment on the disk', () => {
  it('is read as it was written', async () => {
    await expect(readEnrolment(path, key)).resolves.toBeUndefined();
    await writeEnrolment(path, enrolment, key);
    await expect(readEnrolment(path, key)).resolves.toEqual(enrolment);
    await expect(writeEnrolment(path, enrolment, key)).rejects.toMatchObject({
      code: 'AGENT_ENROLLED_ALREADY',
    });
  });

  it.each([
    ['a pinned lease key', '"x": "AAAA', '"x": "BAAA'],
    ['the pinned authority', '"authority": "pem"', '"authority": "mine"'],
    ['the server', 'carrel.example', 'carrel.evil.example'],
    ['the device', '0001"', '0002"'],
    ['the seal', '"seal": "', '"seal": "x'],
  ])('is refused with %s changed', async (_what, from, to) => {
    await writeEnrolment(path, enrolment, key);
    const text = await readFile(path, 'utf8');
    expect(text).toContain(from);
    await writeFile(path, text.replace(from, to));
    await expect(readEnrolment(path, key)).rejects.toMatchObject({ code: 'ENROLMENT_ALTERED' });
  });

  it('is worth nothing on another device', async () => {
    await writeEnrolment(path, enrolment, deviceSecret(key, 'enrolment-seal'));
    const others = deviceSecret(new Uint8Array(32), 'enrolment-seal');
    await expect(readEnrolment(path, others)).rejects.toMatchObject({ code: 'ENROLMENT_ALTERED' });
    await writeFile(path, JSON.stringify(enrolment));
    await expect(readEnrolment(path, others)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });
});
