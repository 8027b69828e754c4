import type { Clock } from '@carrel/kit';
import { Waker } from '../workspaces/waker.ts';
import type { DeviceAction, DeviceActions } from './device-actions.ts';

export interface ActionLoopParts {
  readonly actions: DeviceActions;
  readonly perform: (action: DeviceAction, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  /** How something went is worth a contact of its own. Must not reject. */
  readonly tell: () => void;
}

/** Does what the server asked for, also before a restart of this agent. */
export interface ActionLoop {
  /** Runs until the signal is aborted; what is being done then is left for the next start. */
  run(signal: AbortSignal): Promise<void>;
  /** There may be something new to do. */
  wake(): void;
}

export function createActionLoop({ actions, perform, clock, tell }: ActionLoopParts): ActionLoop {
  const waker = new Waker();
  return {
    run: async (signal) => {
      signal.addEventListener('abort', () => waker.wake(), { once: true });
      while (!signal.aborted) {
        const before = actions.finished().length;
        await actions.performAll((action) => perform(action, signal), signal);
        if (actions.finished().length > before) tell();
        await waker.wait(clock);
      }
    },
    wake: () => waker.wake(),
  };
}
