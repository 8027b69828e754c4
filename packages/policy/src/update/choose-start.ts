/** What decides on which version a workspace starts, while its lease names another one than it stands on. */
export interface StartFacts {
  readonly persistence: 'persistent' | 'revertible';
  /** The deadline of a forced update is over. */
  readonly isDue: boolean;
  /** The granted version is wholly here, or the server is in reach to bring it. */
  readonly isAtHand: boolean;
  /** The version it stands on is wholly here. */
  readonly isHeldHere: boolean;
  /** The person agreed to the update. */
  readonly isAgreed: boolean;
  /** The person wants to stay on the version it stands on, this time. */
  readonly isKeepWanted: boolean;
}

/** `due`: refused, as the update is due; `not-kept`: refused, as the version to stay on is not here any more. */
export type StartChoice = 'held' | 'granted' | 'due' | 'not-kept';

/**
 * On which version a start goes. A revertible workspace takes the granted one unless its person puts that off; a
 * persistent one, whose disk is put aside by it, only when its person agreed or it is due. Nobody is kept from working
 * for want of a version that cannot be had.
 */
export function chooseStart(facts: StartFacts): StartChoice {
  const { persistence, isDue, isAtHand, isHeldHere, isAgreed, isKeepWanted } = facts;
  if (!isAtHand) return 'held';
  if (isDue) return isKeepWanted ? 'due' : 'granted';
  if (isKeepWanted) return isHeldHere || persistence === 'persistent' ? 'held' : 'not-kept';
  return persistence === 'revertible' || isAgreed ? 'granted' : 'held';
}
