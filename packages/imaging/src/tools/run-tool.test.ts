import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireTools, runTool } from './run-tool.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-tools-'));
  await writeFile(join(folder, 'debugfs'), '#!/bin/bash\nread -r script\neval "$script"\n', { mode: 0o755 });
  await symlink('/bin/bash', join(folder, 'bash'));
});
afterAll(() => rm(folder, { recursive: true }));

function run(script: string, signal?: AbortSignal) {
  const environment = { PATH: `${folder}:/usr/bin:/bin` };
  const call = { step: 'a step', args: [], input: `${script}\n`, writes: '/the/disk' };
  return runTool('debugfs', call, { environment, ...(signal ? { signal } : {}) });
}

describe('runTool', () => {
  it('gives what the tool wrote, in a plain locale and UTC', async () => {
    const output = await run('echo "$LC_ALL $TZ"; echo told >&2');
    expect(output).toEqual({ stdout: 'C.UTF-8 UTC\n', stderr: 'told\n' });
  });

  it('names the step and what the tool said last', async () => {
    await expect(run('echo cannot do it >&2; exit 3')).rejects.toMatchObject({
      code: 'BUILD_STEP_FAILED',
      message: expect.stringMatching(/a step: debugfs \(exit 3\): cannot do it/) as string,
    });
  });

  it('tells a full disk from other failures', async () => {
    await expect(run('echo write: No space left on device >&2; exit 1')).rejects.toMatchObject({
      code: 'DISK_FULL',
      details: { path: '/the/disk' },
    });
  });

  it('ends the tool and its children when aborted', async () => {
    const controller = new AbortController();
    const running = run('sleep 600 & wait', controller.signal);
    setTimeout(() => controller.abort(), 100);
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('requireTools', () => {
  it('names the Debian package of a tool that is not there', async () => {
    await expect(requireTools(['mcopy'], { environment: { PATH: folder } })).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      details: { tool: 'mcopy', package: 'mtools' },
    });
  });
});
