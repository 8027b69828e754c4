import { spawn } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { fail } from '@carrel/contract';
import { identifyProcess, type ProcessIdentity, type RunAs, type SecretFile } from '../host/index.ts';

export interface SpawnOptions {
  readonly program: string;
  readonly argv: readonly string[];
  readonly workingFolder: string;
  readonly runAs: RunAs | undefined;
  readonly log: FileHandle;
  readonly secret: SecretFile;
  /** Open files it gets after the secret, in this order. */
  readonly fds: readonly number[];
}

/**
 * What node cannot set for a child: private files, no core dumps (they would hold the guest's memory and the key),
 * and that under memory pressure the guest goes before the session of the person at the computer. The shell replaces
 * itself by the program, so the pid stays.
 */
const preparation = 'umask 077; ulimit -c 0; echo 200 2>/dev/null >/proc/self/oom_score_adj; exec "$@"';

/**
 * Starts a process in a session of its own, that outlives us.
 *
 * @throws {QEMU_START_FAILED}
 */
export async function spawnDetached(options: SpawnOptions): Promise<ProcessIdentity> {
  const { log, secret, fds } = options;
  const child = spawn('/bin/sh', ['-c', preparation, 'sh', options.program, ...options.argv], {
    cwd: options.workingFolder,
    detached: true,
    stdio: ['ignore', log.fd, log.fd, secret.fd, ...fds],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
    ...options.runAs,
  });
  const started = Promise.withResolvers<undefined>();
  child.once('spawn', () => {
    started.resolve(undefined);
  });
  child.once('error', started.reject);
  try {
    await started.promise;
  } catch (error) {
    throw fail('QEMU_START_FAILED', { reason: 'the process cannot be made' }, error);
  }
  child.unref();
  const identity = child.pid === undefined ? undefined : await identifyProcess(child.pid);
  if (!identity) throw fail('QEMU_START_FAILED', { reason: 'the process ended at once' });
  return identity;
}
