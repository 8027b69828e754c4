import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './testing/run-cli.ts';

describe('the command line', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'carrel-cli-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('tells a person what a command lacks', async () => {
    const { exitCode, stdout, stderr } = await runCli(['image', 'pack', 'x.raw'], {
      ...process.env,
      XDG_CONFIG_HOME: folder,
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain("required option '--to <reference>'");
  });

  it('tells a program the same as one JSON object', async () => {
    const { exitCode, stdout, stderr } = await runCli(['image', 'pack', 'x.raw', '--json'], {
      ...process.env,
      XDG_CONFIG_HOME: folder,
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'USAGE' } });
  });

  it('says so when nobody is signed in, by class of error', async () => {
    const { exitCode, stderr } = await runCli(['image', 'list', '--json'], {
      ...process.env,
      XDG_CONFIG_HOME: folder,
    });
    expect(exitCode).toBe(4);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'NOT_SIGNED_IN' } });
  });

  it('ends well on help and version', async () => {
    for (const flag of ['--help', '--version']) {
      const { exitCode, stdout } = await runCli([flag], { ...process.env, XDG_CONFIG_HOME: folder });
      expect({ exitCode, isSilent: stdout === '' }).toEqual({ exitCode: 0, isSilent: false });
    }
  });
});
