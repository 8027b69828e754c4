import type { QmpClient, RunState } from '../qmp/index.ts';
import type { PauseReason } from './state.ts';

/** Why a guest stands still, by QEMU's run state; `undefined` when it does not, or has shut down. */
export async function pauseReasonOf(qmp: QmpClient, status: RunState): Promise<PauseReason | undefined> {
  switch (status) {
    case 'paused':
    case 'prelaunch':
    case 'suspended':
      return 'requested';
    case 'io-error':
      return diskFailure(qmp);
    case 'internal-error':
    case 'guest-panicked':
    case 'watchdog':
      return 'internal-error';
    case 'running':
    case 'shutdown':
    case 'debug':
    case 'inmigrate':
    case 'postmigrate':
    case 'finish-migrate':
    case 'restore-vm':
    case 'save-vm':
    case 'colo':
      return undefined;
  }
}

async function diskFailure(qmp: QmpClient): Promise<PauseReason> {
  const devices = await qmp.execute('query-block', undefined);
  return devices.some((device) => device['io-status'] === 'nospace') ? 'disk-full' : 'disk-error';
}
