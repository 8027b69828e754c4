import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LifecycleInput, nextState } from './lifecycle.ts';
import type { MachineState } from './state.ts';

const reason = fc.constantFrom('requested', 'disk-full', 'disk-error', 'internal-error');
const input: fc.Arbitrary<LifecycleInput> = fc.oneof(
  fc.constant({ kind: 'guest-runs' } as const),
  fc.record({ kind: fc.constant('guest-stands' as const), reason }),
  fc.constant({ kind: 'save-begins' } as const),
  fc.constant({ kind: 'stop-begins' } as const),
  fc.record({
    kind: fc.constant('process-ended' as const),
    end: fc.record({ how: fc.constantFrom('saved', 'shut-down', 'powered-off') }),
  }),
);

/** Which kinds may follow a kind: the picture in the README. */
const allowed: Record<MachineState['kind'], readonly MachineState['kind'][]> = {
  starting: ['running', 'paused', 'saving', 'stopping', 'ended'],
  running: ['paused', 'saving', 'stopping', 'ended'],
  paused: ['running', 'paused', 'saving', 'stopping', 'ended'],
  saving: ['stopping', 'ended'],
  stopping: ['ended'],
  ended: [],
};

describe('the life of a machine', () => {
  it('only takes the steps of the picture, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 30 }), (inputs) => {
        let state: MachineState = { kind: 'starting' };
        for (const one of inputs) {
          const next = nextState(state, one);
          if (next !== state) expect(allowed[state.kind]).toContain(next.kind);
          state = next;
        }
        const end = inputs.find((one) => one.kind === 'process-ended');
        if (end) expect(state).toEqual({ kind: 'ended', end: end.end });
      }),
    );
  });

  it('tells why the guest stands, and again when the reason changes', () => {
    const full = nextState({ kind: 'running' }, { kind: 'guest-stands', reason: 'disk-full' });
    expect(full).toEqual({ kind: 'paused', reason: 'disk-full' });
    expect(nextState(full, { kind: 'guest-stands', reason: 'disk-full' })).toBe(full);
    expect(nextState(full, { kind: 'guest-runs' })).toEqual({ kind: 'running' });
  });

  it('does not come back from a stop when the guest runs on', () => {
    const stopping: MachineState = { kind: 'stopping' };
    expect(nextState(stopping, { kind: 'guest-runs' })).toBe(stopping);
    expect(nextState({ kind: 'saving' }, { kind: 'stop-begins' })).toEqual(stopping);
  });
});
