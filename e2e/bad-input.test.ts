import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyRecipePath } from '../packages/imaging/src/build/testing/tiny-disk.ts';
import { createAgentDevice, deviceEvents, grantWorkspace, workspace } from './support/agent-device.ts';
import { type BadDisks, makeBadDisks } from './support/bad-disks.ts';
import { eventually } from './support/eventually.ts';
import { expectFailure, type Failure, listingOf } from './support/failing-command.ts';
import { publishTiny } from './support/fixtures.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { runCarrel } from './support/run-carrel.ts';

// Whatever is wrong: one clear message with its remedy, the exit code of its class, nothing left behind.

let bad: BadDisks;
let instance: Instance;

beforeAll(async () => {
  bad = await makeBadDisks();
  instance = await createInstance();
});
afterAll(async () => {
  await instance[Symbol.asyncDispose]();
  await bad[Symbol.asyncDispose]();
});

interface ImageCase extends Failure {
  readonly what: string;
  readonly args: () => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const isRoot = process.getuid?.() === 0;
const withoutPrograms = { PATH: '/nowhere' };
const newLayout = (): string => `oci:${join(bad.folder, 'new')}:x:1`;
const newFile = (): string => join(bad.folder, 'new.raw');
const damaged = { code: 'SOURCE_DAMAGED', exitCode: 7 } as const;
const notADisk = { code: 'SOURCE_NOT_A_DISK', exitCode: 2 } as const;
const noReference = { code: 'REFERENCE_INVALID', exitCode: 2 } as const;
const noRegistry = { code: 'REPOSITORY_ANSWER_UNEXPECTED', exitCode: 6 } as const;
const full = { code: 'DISK_FULL', exitCode: 1 } as const;
const noTool = { code: 'TOOL_MISSING', exitCode: 1, says: 'apt-get install qemu-utils' } as const;

const imageCases: readonly ImageCase[] = [
  {
    what: 'packing a qcow2 that was cut short',
    args: () => ['pack', bad.truncated, '--to', newLayout()],
    ...damaged,
  },
  {
    what: 'importing a qcow2 that was cut short',
    args: () => ['import', bad.truncated, '-o', newFile()],
    ...damaged,
  },
  { what: 'packing a folder', args: () => ['pack', bad.folder, '--to', newLayout()], ...notADisk },
  { what: 'importing a folder', args: () => ['import', bad.folder, '-o', newFile()], ...notADisk },
  {
    what: 'packing without QEMU',
    args: () => ['pack', bad.disk, '--to', newLayout()],
    env: withoutPrograms,
    ...noTool,
  },
  {
    what: 'importing without QEMU',
    args: () => ['import', bad.disk, '-o', newFile()],
    env: withoutPrograms,
    ...noTool,
  },
  {
    what: 'building from a recipe with a field there is not',
    args: () => ['build', bad.recipe, '-o', newFile()],
    code: 'RECIPE_INVALID',
    exitCode: 2,
    says: 'sice',
  },
  { what: 'packing to nowhere', args: () => ['pack', bad.disk, '--to', 'somewhere'], ...noReference },
  { what: 'fetching from nowhere', args: () => ['fetch', 'ftp://a/b:1', '-o', newFile()], ...noReference },
  {
    what: 'packing to a web server that is no registry',
    args: () => ['pack', bad.disk, '--to', `${bad.webServer}/x:1`],
    ...noRegistry,
  },
  {
    what: 'fetching from a web server that is no registry',
    args: () => ['fetch', `${bad.webServer}/x:1`, '-o', newFile()],
    ...noRegistry,
  },
];

const fullDiskCases: readonly ImageCase[] = [
  { what: 'packing', args: () => ['pack', bad.disk, '--to', `oci:${bad.full}/layout:x:1`], ...full },
  { what: 'fetching', args: () => ['fetch', bad.image, '-o', `${bad.full}/x.raw`], ...full },
  { what: 'importing', args: () => ['import', bad.disk, '-o', `${bad.full}/x.raw`], ...full },
  { what: 'building', args: () => ['build', tinyRecipePath, '-o', `${bad.full}/x.raw`], ...full },
];

async function expectRefused({ args, env, ...failure }: ImageCase): Promise<void> {
  const before = await listingOf(bad.folder, bad.temporary);
  await expectFailure(['image', ...args()], { ...bad.env, ...env }, failure);
  expect(await listingOf(bad.folder, bad.temporary)).toEqual(before);
}

describe('images', () => {
  it.each(imageCases)('$what: $code', expectRefused);
  it.skipIf(!isRoot).each(fullDiskCases)('$what onto a full disk: $code', expectRefused);
});

describe('the server', () => {
  /** An instance that nobody runs. */
  const idle = (): string => join(instance.folder, 'idle');
  const inUse = { code: 'INSTANCE_LOCKED', exitCode: 5 } as const;

  async function expectServerRefused(args: readonly string[], failure: Failure): Promise<void> {
    const before = await listing();
    await expectFailure(['server', ...args], instance.env, failure);
    expect(await listing()).toEqual(before);
  }

  /** Without what belongs to an instance from its first run on. */
  async function listing(): Promise<string[]> {
    const names = (await listingOf(instance.folder)).flat();
    return names.filter((name) => !name.startsWith('idle/repository'));
  }

  it('makes one instance when two are made in the same folder at once', async () => {
    const init = ['server', 'init', '--data', idle(), '--json'];
    const both = await Promise.all([runCarrel(init, instance.env), runCarrel(init, instance.env)]);
    const [made, refused] = both.toSorted((a, b) => a.code - b.code);
    expect([made?.code, refused?.code]).toEqual([0, 5]);
    expect(refused?.stderr).toMatch(/"code":"INSTANCE_(LOCKED|EXISTS)"/);
    expect(refused?.stdout).toBe('');
    await expectServerRefused(['init', '--data', idle()], { code: 'INSTANCE_EXISTS', exitCode: 5 });
  });

  it('runs on no folder that holds no instance', async () => {
    const failure = { code: 'INSTANCE_NOT_INITIALISED', exitCode: 2 } as const;
    await expectServerRefused(['run', '--data', join(instance.folder, 'nothing')], failure);
    await mkdir(join(instance.folder, 'empty'));
    await expectServerRefused(['run', '--data', join(instance.folder, 'empty')], failure);
  });

  it('makes no instance among other things', async () => {
    await mkdir(join(instance.folder, 'photos'));
    await writeFile(join(instance.folder, 'photos/cat'), 'cat');
    const failure = { code: 'USAGE', exitCode: 2 } as const;
    await expectServerRefused(['init', '--data', join(instance.folder, 'photos')], failure);
  });

  it('does not run twice on one folder', async () => {
    const pid = String(instance.server().pid);
    await expectServerRefused(['run', '--data', join(instance.folder, 'server'), '--port', '0'], {
      ...inUse,
      says: pid,
    });
    await expectServerRefused(['init', '--data', join(instance.folder, 'server')], {
      code: 'INSTANCE_EXISTS',
      exitCode: 5,
    });
  });

  it('says that its port is taken', async () => {
    const { port, host } = new URL(instance.url);
    const failure = { code: 'PORT_TAKEN', exitCode: 5, says: host } as const;
    await expectServerRefused(['run', '--data', idle(), '--port', port], failure);
  });

  it('says that another program writes to its database', async () => {
    using database = new DatabaseSync(join(idle(), 'server.sqlite'));
    database.exec('BEGIN IMMEDIATE');
    const failure = { code: 'DATABASE_LOCKED', exitCode: 5 } as const;
    await expectServerRefused(['run', '--data', idle(), '--port', '0'], failure);
  });
});

describe('the agent', () => {
  it('says how to install QEMU where there is none', async () => {
    await publishTiny(instance, 1);
    await grantWorkspace(instance);
    await using device = await createAgentDevice(instance, withoutPrograms);
    const folder = join(instance.folder, 'agent');
    await expectFailure(['agent', 'run', '--data', folder], instance.env, {
      code: 'AGENT_RUNNING',
      exitCode: 5,
      says: String(device.agent().pid),
    });
    await expectFailure(['agent', 'start', workspace], instance.env, {
      code: 'QEMU_MISSING',
      exitCode: 1,
      says: 'apt-get install qemu-system-x86 qemu-utils',
    });
    expect((await listingOf(join(folder, 'workspaces'))).flat().filter((name) => name.includes('.'))).toEqual(
      [],
    );
    const failures = await eventually(
      () => deviceEvents(instance),
      (events) => events.some((event) => event.code === 'WORKSPACE-004'),
    );
    expect(failures.map((event) => event.fields)).toContainEqual(
      expect.objectContaining({ code: 'QEMU_MISSING' }),
    );
  });
});
