import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram, startServerProcess } from '../testing/server-process.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'carrel-backup-commands-'));
});
afterAll(() => rm(scratch, { recursive: true }));

const jsonOf = (text: string) => JSON.parse(text) as Record<string, unknown>;

describe('the commands of keys and backups', () => {
  it('take an instance whose master key is kept outside to another machine, and its key to a file', async () => {
    const [data, restored] = [join(scratch, 'first'), join(scratch, 'second')];
    const passphraseFile = join(scratch, 'passphrase');
    await writeFile(passphraseFile, 'correct horse battery staple\n');
    const env = { CARREL_MASTER_KEY: randomBytes(32).toString('base64url') };
    const made = await runProgram(['init', '--data', data, '--json'], env);
    expect(made.exitCode).toBe(0);
    expect(await readdir(data)).not.toContain('master.key');

    const without = await runProgram(['run', '--data', data, '--port', '0']);
    expect(without).toMatchObject({ exitCode: 2, stdout: '' });
    expect(without.stderr).toContain('MASTER_KEY_INVALID');

    const to = ['--passphrase-file', passphraseFile, '--json'];
    const backup = await runProgram(['backup', '-o', scratch, '--data', data, ...to], env);
    expect(backup.exitCode).toBe(0);
    const { path, instanceId } = jsonOf(backup.stdout);
    expect(instanceId).toBe(jsonOf(made.stdout)['instanceId']);
    const nowhere = await runProgram(['backup', '--data', data, ...to], env);
    expect(nowhere.exitCode).toBe(2);
    await rm(data, { recursive: true });
    const wrong = await runProgram(['backup', 'verify', String(path)], {
      CARREL_BACKUP_PASSPHRASE: 'another one that is wrong',
    });
    expect(wrong.exitCode).toBe(4);

    const verified = await runProgram(['backup', 'verify', String(path), ...to]);
    expect(jsonOf(verified.stdout)).toMatchObject({ instanceId, imagesMissing: [] });
    const again = await runProgram(['restore', String(path), '--to', restored, ...to]);
    expect(again.exitCode).toBe(0);
    const rotated = await runProgram(['rotate-master-key', '--data', restored, '--json']);
    expect(jsonOf(rotated.stdout)).toMatchObject({ source: 'file' });
    await using server = await startServerProcess(['--data', restored]);
    expect(server.authorityFingerprint).toBe(jsonOf(made.stdout)['authorityFingerprint']);
  }, 120_000);
});
