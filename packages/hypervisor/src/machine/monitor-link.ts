import { fail } from '@carrel/contract';
import type { Clock } from '@carrel/kit';
import { machinePaths } from '../host/machine-folder.ts';
import { connectWhenReady, QmpClient } from '../qmp/index.ts';

/** Connects to the monitor of a machine. @throws {MONITOR_TIMEOUT} when it does not answer in time */
export async function connectMonitor(
  folder: string,
  options: {
    readonly clock: Clock;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal | undefined;
    readonly isHopeless?: () => boolean;
  },
): Promise<QmpClient> {
  const { clock, timeoutMs, signal, isHopeless } = options;
  const socket = await connectWhenReady(machinePaths(folder).monitorSocket, {
    clock,
    timeoutMs,
    ...(signal && { signal }),
    ...(isHopeless && { isHopeless }),
  });
  if (!socket) throw fail('MONITOR_TIMEOUT', { command: 'the connection', timeoutMs });
  return QmpClient.open(socket, { timeoutMs, ...(signal && { signal }) });
}
