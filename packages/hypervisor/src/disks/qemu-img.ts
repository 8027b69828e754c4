import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fail } from '@carrel/contract';
import { findProgram, type RunAs, SecretFile } from '../host/index.ts';
import { diskSecretId } from './block-graph.ts';
import { type DiskKey, diskPassphrase } from './disk-key.ts';

export interface QemuImgOptions {
  /** `qemu-img`, or its path. */
  readonly program: string;
  /** The disk it is about; the program runs in its folder, so that names relative to that will do. */
  readonly path: string;
  /** The user to run as, who must be able to use the files in the disk's folder. */
  readonly runAs?: RunAs | undefined;
  /** Given to the program as the secret object of the block graph; placed after the subcommand. */
  readonly diskKey?: DiskKey;
  readonly signal?: AbortSignal;
  /** Exit codes besides 0 that are answers and not failures. */
  readonly acceptedExitCodes?: readonly number[];
}

export interface QemuImgResult {
  readonly exitCode: number;
  readonly stdout: string;
}

/** The descriptor the child finds the secret under, the first after standard error. */
const secretFd = 3;

/**
 * Runs one `qemu-img` command with the disk's secret in memory only.
 *
 * @throws {QEMU_MISSING} @throws {DISK_FULL} @throws {SOURCE_DAMAGED} for every other failure
 */
export async function runQemuImg(
  command: string,
  args: readonly string[],
  options: QemuImgOptions,
): Promise<QemuImgResult> {
  const program = await findProgram(options.program);
  await using secret =
    options.diskKey && (await SecretFile.create(diskPassphrase(options.diskKey), options.runAs));
  const secretArgs = secret ? ['--object', `secret,id=${diskSecretId},file=/dev/fd/${secretFd}`] : [];
  // The shell replaces itself by the program: node cannot set a child's umask, and disks are private.
  const shell = ['-c', 'umask 077; exec "$@"', 'sh', program, command];
  const child = spawn('/bin/sh', [...shell, ...secretArgs, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', ...(secret ? [secret.fd] : [])],
    cwd: dirname(options.path),
    ...options.runAs,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' },
  });
  const onAbort = (): void => {
    child.kill('SIGKILL');
  };
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const [stdout, stderr, exitCode] = await Promise.all([
      readAll(child.stdout),
      readAll(child.stderr),
      exitOf(child),
    ]);
    options.signal?.throwIfAborted();
    if (exitCode !== 0 && !options.acceptedExitCodes?.includes(exitCode)) {
      throw failureOf(options.path, stderr);
    }
    return { exitCode, stdout };
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** Reads QEMU's last complaint; the sentence for "no space left" is the C library's, fixed by LC_ALL. */
function failureOf(path: string, stderr: string): Error {
  if (stderr.includes('No space left on device')) return fail('DISK_FULL', { path });
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  return fail('SOURCE_DAMAGED', { path, format: 'qcow2', reason: reason.replace(/^qemu-img: /, '') });
}

function exitOf(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? -1);
    });
  });
}

async function readAll(stream: NodeJS.ReadableStream | null): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream ?? []) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString('utf8');
}
