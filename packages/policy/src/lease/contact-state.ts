/** Whether the server is in reach: the latest contact decides. Times are trusted time, milliseconds since 1970. */
export type ContactState =
  | { readonly kind: 'never' }
  | { readonly kind: 'online' }
  /** Every contact since then was in vain. */
  | { readonly kind: 'failing'; readonly sinceMs: number };

/** A contact succeeded or failed. Answers that refuse something are successes: the server was reached. */
export function nextContact(
  state: ContactState,
  outcome: 'succeeded' | 'failed',
  trustedNowMs: number,
): ContactState {
  if (outcome === 'succeeded') return { kind: 'online' };
  return state.kind === 'failing' ? state : { kind: 'failing', sinceMs: trustedNowMs };
}

/** How long contact has been failing, at least 1 while it does; 0 while the latest succeeded. */
export function contactFailingMs(state: ContactState, trustedNowMs: number): number {
  return state.kind === 'failing' ? Math.max(1, trustedNowMs - state.sinceMs) : 0;
}
