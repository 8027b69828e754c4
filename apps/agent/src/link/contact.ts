import { type AppError, isAppError } from '@carrel/kit';
import { type ContactState, contactFailingMs, nextContact } from '@carrel/policy';
import { z } from 'zod';
import type { EventQueue } from '../store/event-queue.ts';
import type { Facts } from '../store/facts.ts';
import type { TrustedClock } from '../time/trusted-clock.ts';

/** Whether the server is in reach: the latest contact decides. Remembered across restarts of the agent. */
export interface Contact {
  readonly isOnline: boolean;
  /** Why the latest contact came to nothing; `undefined` after one that went well, and after a restart of the agent. */
  readonly problem: AppError | undefined;
  /** How long contact has been failing, at least 1 while it does; 0 while the latest succeeded. */
  failingMs(): number;
  succeeded(): void;
  /** A contact was tried in vain. Answers that refuse something are contact too and do not belong here. */
  failed(error: unknown): void;
  /** The server was reached and wants nothing of this device. */
  refused(error: unknown): void;
}

const factName = 'contact';
const stateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('never') }),
  z.object({ kind: z.literal('online') }),
  z.object({ kind: z.literal('failing'), sinceMs: z.number() }),
]);
/** Records AGENT-004 and AGENT-005 once for each change. */
export function createContact(
  facts: Facts,
  clock: TrustedClock,
  events: Pick<EventQueue, 'record'>,
): Contact {
  let problem: AppError | undefined;
  let state: ContactState = facts.read(factName, stateSchema) ?? { kind: 'never' };
  const failingMs = (): number => contactFailingMs(state, clock.nowMs());
  const change = (outcome: 'succeeded' | 'failed'): void => {
    state = nextContact(state, outcome, clock.nowMs());
    facts.write(factName, state);
  };

  return {
    get isOnline() {
      return state.kind === 'online';
    },
    get problem() {
      return problem;
    },
    failingMs,
    refused: (error) => {
      problem = isAppError(error) ? error : undefined;
    },
    succeeded: () => {
      problem = undefined;
      if (state.kind === 'online') return;
      const outageSeconds = Math.round(failingMs() / 1000);
      const isBack = state.kind === 'failing';
      change('succeeded');
      if (isBack) events.record('AGENT-005', { outageSeconds });
    },
    failed: (error) => {
      problem = isAppError(error) ? error : undefined;
      if (state.kind === 'failing') return;
      change('failed');
      events.record('AGENT-004', describe(error));
    },
  };
}

/** Whether the error means that the server was not reached, rather than that it refused something. */
export function isContactFailure(error: unknown): boolean {
  if (!isAppError(error)) return true;
  const isRefusal = error.errorClass !== 'unreachable' && error.httpStatus < 500;
  return !isRefusal || error.code === 'SERVER_NOT_TRUSTED' || error.code === 'DEVICE_PROOF_INVALID';
}

function describe(error: unknown): { code: string; message: string } {
  if (isAppError(error)) return { code: error.code, message: error.message };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}
