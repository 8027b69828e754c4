import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { isAppError, systemClock } from '@carrel/kit';
import { connectNbd, type NbdDiskReader } from '../../nbd/index.ts';
import type { ChainLink } from '../format/resolve-chain.ts';
import { qemuFilename } from './block-node.ts';
import { makePrivateFolder } from './private-folder.ts';
import { lastLine } from './qemu-img.ts';
import type { QemuTools } from './qemu-tools.ts';

/** A disk behind a qemu-nbd of its own. Disposing of it ends that process. */
export interface QemuNbdDisk extends AsyncDisposable {
  readonly disk: NbdDiskReader;
  /** Why the process is gone, once it is. */
  readonly lastWords: () => string;
}

const exportName = 'disk';
const startTimeoutMs = 30_000;
const stopTimeoutMs = 5_000;

/**
 * Starts qemu-nbd on a private socket and connects to it. The socket is gone from the file system once connected;
 * the process ends when this one connection does, or when we die.
 *
 * @throws {SOURCE_DAMAGED} @throws {SOURCE_IN_USE}
 */
export async function openThroughQemuNbd(
  link: ChainLink,
  shownPath: string,
  tools: QemuTools,
  signal?: AbortSignal,
): Promise<QemuNbdDisk> {
  signal?.throwIfAborted();
  const folder = await makePrivateFolder();
  const socketPath = join(folder, 's');
  const args = ['--read-only', `--export-name=${exportName}`, `--socket=${socketPath}`, qemuFilename(link)];
  const [program, ...rest] = tools.confine([tools.qemuNbd, ...args]);
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' };
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'], env, cwd: '/' });
  const watch = watchChild(child);
  try {
    const disk = await connectWhenReady(socketPath, watch, signal);
    if (disk) {
      const close = async (): Promise<void> => {
        await disk[Symbol.asyncDispose]();
        await stop(child, watch);
      };
      return { disk, lastWords: () => lastLine(watch.stderr()), [Symbol.asyncDispose]: close };
    }
    await stop(child, watch);
    throw startError(link, shownPath, watch.stderr());
  } catch (error) {
    child.kill('SIGKILL');
    await watch.ended;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface ChildWatch {
  readonly ended: Promise<void>;
  readonly hasEnded: () => boolean;
  readonly stderr: () => string;
}

function watchChild(child: ChildProcess): ChildWatch {
  let stderr = '';
  let hasEnded = false;
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-4096);
  });
  const ended = new Promise<void>((resolve) => {
    const onEnd = (): void => {
      hasEnded = true;
      resolve();
    };
    child.once('close', onEnd);
    child.once('error', (error) => {
      stderr += `\n${error.message}`;
      onEnd();
    });
  });
  return { ended, hasEnded: () => hasEnded, stderr: () => stderr };
}

/** Tries until the process listens. `undefined` when it ended or did not listen in time. */
async function connectWhenReady(
  socketPath: string,
  watch: ChildWatch,
  signal?: AbortSignal,
): Promise<NbdDiskReader | undefined> {
  const startMs = systemClock.monotonicMs();
  while (!watch.hasEnded() && systemClock.monotonicMs() - startMs < startTimeoutMs) {
    try {
      return await connectNbd({ socketPath, exportName, ...(signal ? { signal } : {}) });
    } catch (error) {
      if (!isAppError(error, 'NBD_UNREACHABLE')) throw error;
    }
    await systemClock.sleep(5, signal);
  }
  return undefined;
}

/** The goodbye of its last client ends it; when that does not help, force does. */
async function stop(child: ChildProcess, watch: ChildWatch): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await watch.ended;
  clearTimeout(timer);
}

function startError(link: ChainLink, shownPath: string, stderr: string): Error {
  // QEMU tells of a lock held by another process only in words.
  if (/Failed to get .*lock/.test(stderr)) return fail('SOURCE_IN_USE', { path: shownPath });
  return fail('SOURCE_DAMAGED', { path: shownPath, format: link.format, reason: lastLine(stderr) });
}
