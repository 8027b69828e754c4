import { spawn } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, testRunAs } from '../testing/test-machine.ts';
import { candidateFor, parseAccelerators, planKvmAccess } from './accelerator.ts';
import { findProgram } from './find-program.ts';
import { boundLog, lastWords, openLog } from './log-file.ts';
import { availableMemoryMiB } from './memory.ts';
import { parseQemuVersion, probeHost } from './probe.ts';
import { identifyProcess, isAlive } from './process-identity.ts';
import { planRunAs } from './run-as.ts';
import { SecretFile } from './secret-file.ts';

describe('this computer', () => {
  it('is probed without starting a guest', async () => {
    const host = await probeHost();
    expect(host.qemuVersion).toMatch(/^\d+\.\d+\.\d+$/);
    expect(host.programs.system).toMatch(/^\/.*qemu-system-x86_64$/);
    expect(['kvm', 'hvf', 'whpx', 'tcg']).toContain(host.accelerator);
  });

  it('says which program is missing', async () => {
    const programs = { system: 'qemu-system-none', img: 'qemu-img', storageDaemon: 'qemu-storage-daemon' };
    await expect(probeHost({ programs })).rejects.toMatchObject({
      code: 'QEMU_MISSING',
      details: { program: 'qemu-system-none' },
    });
    await expect(findProgram('/nowhere/qemu')).rejects.toMatchObject({ code: 'QEMU_MISSING' });
  });

  it("looks for the platform's own accelerator, where QEMU has it", () => {
    const found = parseAccelerators('Accelerators supported in QEMU binary:\ntcg\nkvm\nhvf\n');
    expect(candidateFor('linux', found)).toBe('kvm');
    expect(candidateFor('darwin', found)).toBe('hvf');
    expect(candidateFor('win32', found)).toBeUndefined();
    expect(candidateFor('freebsd', found)).toBeUndefined();
  });

  it("gives KVM to guests where their users may have it, never in root's group", () => {
    expect(planKvmAccess({ mode: 0o20660, gid: 106 })).toEqual({ kvmGid: 106 });
    expect(planKvmAccess({ mode: 0o20666, gid: 0 })).toEqual({ kvmGid: undefined });
    expect(planKvmAccess({ mode: 0o20600, gid: 0 })).toBeUndefined();
    expect(planKvmAccess({ mode: 0o20660, gid: 0 })).toBeUndefined();
  });

  it('has a QEMU that tells its version', () => {
    expect(parseQemuVersion('QEMU emulator version 7.2.22 (Debian 1:7.2)\n')).toBe('7.2.22');
    expect(() => parseQemuVersion('hello')).toThrow(expect.objectContaining({ code: 'QEMU_START_FAILED' }));
  });

  it('tells the memory it can spare', async () => {
    await using folder = await temporaryFolder();
    const table = `${folder.path}/meminfo`;
    await writeFile(table, 'MemTotal:  8000000 kB\nMemAvailable:  2097152 kB\n');
    expect(await availableMemoryMiB(table)).toBe(2048);
    expect(await availableMemoryMiB()).toBeGreaterThan(0);
  });

  it('gives each guest a user of its own, where it may', () => {
    expect(planRunAs(0, false)).toBeUndefined();
    expect(planRunAs(3, true)).toEqual({ uid: 1_900_000_003, gid: 1_900_000_003 });
    expect(planRunAs(3, true, 108)).toEqual({ uid: 1_900_000_003, gid: 108 });
    expect(() => planRunAs(65_536, true)).toThrow(RangeError);
  });
});

describe('a process', () => {
  it('is known by its start, not by its number alone', async () => {
    const child = spawn('sleep', ['60']);
    const identity = await identifyProcess(child.pid ?? 0);
    if (!identity) throw new Error('the process is not there');
    expect(await isAlive(identity)).toBe(true);
    expect(await isAlive({ ...identity, startTicks: '1' })).toBe(false);
    expect(await isAlive({ ...identity, bootId: 'another' })).toBe(false);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    expect(await isAlive(identity)).toBe(false);
  });
});

describe('a secret', () => {
  it('is read by the child, under its user, and is gone for it afterwards; no file has its name', async () => {
    const before = await readdir('/dev/shm');
    const secret = await SecretFile.create('s3cret', testRunAs);
    expect(await readdir('/dev/shm')).toEqual(before);
    const script = 'cat /dev/fd/3; read line; echo "then:$(cat /dev/fd/3)"';
    const child = spawn('/bin/sh', ['-c', script], {
      stdio: ['pipe', 'pipe', 'inherit', secret.fd],
      ...testRunAs,
    });
    const first = await new Promise<string>((resolve) => {
      child.stdout?.once('data', (chunk: Buffer) => {
        resolve(chunk.toString());
      });
    });
    expect(first).toBe('s3cret');
    await secret[Symbol.asyncDispose]();
    child.stdin?.end('\n');
    const pieces: string[] = [];
    for await (const piece of child.stdout ?? []) pieces.push(String(piece));
    expect(pieces.join('')).toBe('then:\n');
  });
});

describe('a log', () => {
  it('keeps the one before, is emptied when it grows, and gives the last words', async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/machine.log`;
    const lines = '2026-01-02T03:04:05.678901Z qemu-system-x86_64: first\nqemu-img: second.\n';
    await (await openLog(path)).close();
    await writeFile(path, lines);
    expect(await lastWords(path)).toBe('first / second');
    const log = await openLog(path);
    expect(await readFile(`${path}.1`, 'utf8')).toBe(lines);
    expect(await lastWords(path)).toBeUndefined();
    await log.write('x'.repeat(1024 ** 2 + 1));
    await boundLog(path);
    await log.write('after');
    await log.close();
    expect(await readFile(path, 'utf8')).toBe('after');
    await rm(path);
    expect(await lastWords(path)).toBeUndefined();
  });
});
