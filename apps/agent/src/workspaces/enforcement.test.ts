import { beforeEach, describe, expect, it } from 'vitest';
import type { ClockStep } from '../time/trusted-clock.ts';
import { type EnforcementLoopParts, runEnforcement } from './enforcement.ts';
import type { UserWorkspace } from './user-workspace.ts';

/** What each look finds; the loop ends after the last one. */
interface Look {
  readonly isIntact?: boolean;
  readonly sleptMs?: number;
  readonly step?: ClockStep;
  readonly problem?: Error;
}

let recorded: unknown[];
let asked: string[];
let problems: unknown[];
beforeEach(() => {
  recorded = [];
  asked = [];
  problems = [];
});

interface Running {
  readonly locks: string[];
  readonly workspace: UserWorkspace;
}

function running(isLockedOnSuspend: boolean, hasGuest = true, isStopping = false): Running {
  const locks: string[] = [];
  // Nothing is asked of their leases, as they are being deleted.
  const record = { policy: { isLockedOnSuspend, countdownSeconds: 60 }, deletion: 'wiped', guest: null };
  const workspace = {
    hasGuest,
    isStopping,
    state: { record },
    lock: (reason: string) => locks.push(reason),
    lookAtUpdate: () => Promise.resolve(),
  };
  return { locks, workspace: workspace as unknown as UserWorkspace };
}

async function enforce(looks: readonly Look[], workspaces: readonly Running[] = []): Promise<void> {
  const ending = new AbortController();
  const queue = [...looks];
  const now = (): Look => queue[0] ?? {};
  const parts = {
    events: {
      record: (code: string, fields: object) => {
        recorded.push([code, ...(Object.values(fields) as unknown[])]);
        return 1;
      },
    },
    trusted: {
      nowMs: () => 0,
      tick: () => {
        const { problem, step } = now();
        if (problem) throw problem;
        return step;
      },
    },
    seal: {
      get isIntact() {
        return now().isIntact ?? true;
      },
    },
    sleptMs: () => now().sleptMs ?? 0,
    workspaces: () => workspaces.map(({ workspace }) => workspace),
    leases: { require: () => Promise.reject(new Error('not asked for what is deleted')) },
    hasTriedContact: () => true,
    askServer: (why: string) => void asked.push(why),
    onFailure: (error: unknown) => void problems.push(error),
    clock: {
      sleep: () => {
        queue.shift();
        if (queue.length === 0) ending.abort();
        return Promise.resolve();
      },
    },
  };
  await runEnforcement(parts as unknown as EnforcementLoopParts, ending.signal);
}

describe('the loop that enforces', () => {
  it('tells once that the store was changed by hand, again when that happens again, and asks the server', async () => {
    const [fine, altered] = [{ isIntact: true }, { isIntact: false }];
    await enforce([fine, altered, altered, fine, altered]);
    expect(recorded).toEqual([
      ['AGENT-013', 'agent.db'],
      ['AGENT-013', 'agent.db'],
    ]);
    expect(asked).toHaveLength(2);
  });

  it('tells when the clock was set, and asks the server what time it is', async () => {
    await enforce([{ step: { direction: 'back', stepSeconds: 7200 } }, {}]);
    expect(recorded).toEqual([['AGENT-006', 'back', 7200]]);
    expect(asked).toEqual(['the clock was set']);
  });

  it('locks, after the computer slept, what runs and is to be locked then', async () => {
    const locked = running(true);
    const others = [running(false), running(true, false), running(true, true, true)];
    await enforce([{}, { sleptMs: 3_600_000 }, {}], [locked, ...others]);
    expect(problems).toEqual([]);
    expect(locked.locks).toEqual(['suspend']);
    expect(others.flatMap(({ locks }) => locks)).toEqual([]);
    expect(asked).toEqual(['the computer slept']);
  });

  it('looks again after a look that failed', async () => {
    const problem = new Error('no room');
    await enforce([{ problem }, { step: { direction: 'forward', stepSeconds: 60 } }]);
    expect(problems).toEqual([problem]);
    expect(recorded).toHaveLength(1);
  });
});
