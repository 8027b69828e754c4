import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockInstance } from './instance-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('refuses a second agent, naming the first, until that one is killed', async () => {
  const path = join(folder, 'agent.lock');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing/hold-lock.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(() => lockInstance(path, folder)).toThrow(
    expect.objectContaining({ code: 'AGENT_RUNNING', details: { pid: String(child.pid), path: folder } }),
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  using lock = lockInstance(path, folder);
  expect(lock).toBeDefined();
});

it('is free again after it was disposed of', () => {
  const path = join(folder, 'agent.lock');
  for (let round = 0; round < 2; round += 1) {
    using lock = lockInstance(path, folder);
    expect(lock).toBeDefined();
  }
});
