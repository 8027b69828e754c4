import type { UserCaller } from '../http/index.ts';
import type { Services } from '../services.ts';

/** Who saves, and when. */
export interface Authorship {
  readonly author: string;
  readonly nowMs: number;
}

export function authorshipOf(caller: UserCaller, { clock }: Pick<Services, 'clock'>): Authorship {
  return { author: caller.user.userName, nowMs: clock.nowMs() };
}
