import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AgentDevice,
  createAgentDevice,
  deviceEvents,
  findGuest,
  grantWorkspace,
  person,
  publishTinyImage,
  workspace,
} from './support/agent-device.ts';
import { eventually } from './support/eventually.ts';
import { expectFailure, expectSaidOnce } from './support/failing-command.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { largestBlob } from './support/largest-blob.ts';
import { compareLocalCopy, localCopies } from './support/local-copy.ts';
import { enrolScriptedDevice, newToken } from './support/scripted-device.ts';
import {
  contentOf,
  diskKeyOf,
  readStoredLease,
  replaceStoredLease,
  signedAnew,
  tampered,
} from './support/stored-lease.ts';

// What must never work: each has a code of its own, at the computer and among the events of the server.

let instance: Instance;
let device: AgentDevice;
/** The image as it was packed. */
let original: string;

beforeAll(async () => {
  instance = await createInstance();
  await publishTinyImage(instance);
  await grantWorkspace(instance);
  original = join(instance.folder, 'original.raw');
  await instance.run('image', 'fetch', `${instance.url}/tiny:1`, '-o', original);
  device = await createAgentDevice(instance);
});
afterAll(async () => {
  await device[Symbol.asyncDispose]();
  await instance[Symbol.asyncDispose]();
});

type Event = Awaited<ReturnType<typeof deviceEvents>>[number];

/** Waits until the server holds an event of the code that says all this. */
async function eventAtServer(code: Event['code'], fields: Record<string, unknown>): Promise<void> {
  const isIt = (event: Event): boolean =>
    event.code === code && Object.entries(fields).every(([name, value]) => event.fields[name] === value);
  await eventually(
    () => deviceEvents(instance),
    (held) => held.some(isIt),
  );
}

describe('a byte that was changed in a pack', () => {
  beforeAll(async () => {
    await flipMiddleByte(await largestBlob(join(instance.folder, 'server/repository/blobs')));
  });

  it('is found by a fetch, which leaves no disk', async () => {
    const fetch = ['image', 'fetch', `${instance.url}/tiny:1`, '-o', join(instance.folder, 'fetched.raw')];
    await expectFailure(fetch, instance.env, { code: 'IMAGE_DATA_DAMAGED', exitCode: 7 });
    // What was verified before stays as `.partial`, so that a fetch goes on once the repository is right again.
    expect(await readdir(instance.folder)).not.toContain('fetched.raw');
  });

  it('never comes to the guest or its disk, and is reported', async () => {
    // Half of the way through the pack lies what every boot reads.
    const started = await instance.try('agent', 'start', workspace);
    expectSaidOnce(started, { code: 'IMAGE_DATA_DAMAGED', exitCode: 7 });
    await eventAtServer('IMAGE-004', { image: 'tiny' });
    await eventAtServer('WORKSPACE-004', { workspace, code: 'IMAGE_DATA_DAMAGED' });
    expect(await device.workspace()).toMatchObject({ guestBootSeconds: null, isReadyOffline: false });

    await instance.run('agent', 'stop', workspace, '--force');
    await device.agent().end('SIGTERM');
    const diskKey = await diskKeyOf(instance, contentOf(readStoredLease(instance)));
    const copies = await localCopies(join(instance.folder, 'agent'));
    expect(copies).toHaveLength(1);
    const findings = await compareLocalCopy(copies[0] ?? '', diskKey, original);
    expect(findings.heldBytes).toBeGreaterThan(4 * 1024 ** 2);
    expect(findings.wrongAt).toEqual([]);
  });
});

describe('a lease', () => {
  let ours: string;
  let theirs: string;
  beforeAll(async () => {
    ours = readStoredLease(instance);
    await using other = await enrolScriptedDevice(instance.url, await newToken(instance), 'another-computer');
    [theirs = ''] = await other.leasesFor(person, 'a password of ada');
    // Out of reach of the server nothing replaces what lies in the store.
    await instance.server().end('SIGTERM');
  });

  const forgeries = [
    { what: 'of another device', code: 'LEASE_OTHER_DEVICE', make: () => Promise.resolve(theirs) },
    {
      what: 'that is authentic, but was put there by hand',
      code: 'LEASE_STORE_ALTERED',
      make: () => signedAnew(instance, ours, { validUntil: null, offlineLimitSeconds: null }),
    },
    {
      what: 'whose policy was changed',
      code: 'LEASE_SIGNATURE_INVALID',
      make: () =>
        Promise.resolve(
          tampered(ours, (text) => text.replace('"countdownSeconds":60', '"countdownSeconds":61')),
        ),
    },
  ] as const;

  it.each(forgeries)('$what starts nothing: $code', async ({ code, make }) => {
    replaceStoredLease(instance, await make());
    await device.startAgent();
    await expectFailure(['agent', 'start', workspace], instance.env, { code, exitCode: 4 });
    expect(await findGuest(instance)).toBeUndefined();
    await device.agent().end('SIGTERM');
  });

  it('that was refused is an event at the server', async () => {
    replaceStoredLease(instance, ours);
    await instance.startServer();
    await device.startAgent();
    await instance.run('agent', 'sync');
    for (const { code } of forgeries) await eventAtServer('WORKSPACE-006', { workspace, code });
    await eventAtServer('LEASE-002', { code: 'LEASE_OTHER_DEVICE' });
    await eventAtServer('LEASE-002', { code: 'LEASE_SIGNATURE_INVALID' });
  });
});

async function flipMiddleByte(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  const middle = Math.floor((await file.stat()).size / 2);
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, middle);
  await file.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, middle);
}
