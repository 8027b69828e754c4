import type { MachineEnd, MachineState, PauseReason } from './state.ts';

/** What may happen to a machine. */
export type LifecycleInput =
  | { readonly kind: 'guest-runs' }
  | { readonly kind: 'guest-stands'; readonly reason: PauseReason }
  | { readonly kind: 'save-begins' }
  | { readonly kind: 'stop-begins' }
  | { readonly kind: 'process-ended'; readonly end: MachineEnd };

/**
 * The state after an input; the same object when it changes nothing. An end is final; a stop or a save is left only
 * for the end, or from saving to stopping when the save did not work.
 */
export function nextState(state: MachineState, input: LifecycleInput): MachineState {
  if (state.kind === 'ended') return state;
  switch (input.kind) {
    case 'process-ended':
      return { kind: 'ended', end: input.end };
    case 'stop-begins':
      return state.kind === 'stopping' ? state : { kind: 'stopping' };
    case 'save-begins':
      return state.kind === 'stopping' || state.kind === 'saving' ? state : { kind: 'saving' };
    case 'guest-runs':
      return state.kind === 'starting' || state.kind === 'paused' ? { kind: 'running' } : state;
    case 'guest-stands':
      return stand(state, input.reason);
  }
}

function stand(state: Exclude<MachineState, { kind: 'ended' }>, reason: PauseReason): MachineState {
  switch (state.kind) {
    case 'running':
    case 'starting':
      return { kind: 'paused', reason };
    case 'paused':
      // A pause on request keeps its reason when the stop it caused is reported.
      return state.reason === reason ? state : { kind: 'paused', reason };
    case 'stopping':
    case 'saving':
      return state;
  }
}
