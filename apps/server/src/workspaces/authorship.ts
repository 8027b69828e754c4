import type { CallerAccess } from '../access/index.ts';
import type { UserCaller } from '../http/index.ts';
import type { Services } from '../services.ts';

/** Who saves, and when. */
export interface Authorship {
  readonly author: string;
  readonly nowMs: number;
}

/** Who changes a workspace, and what else they may do. */
export interface Editorship extends Authorship {
  readonly access: CallerAccess;
}

export function authorshipOf(caller: UserCaller, { clock }: Pick<Services, 'clock'>): Editorship {
  return { author: caller.user.userName, nowMs: clock.nowMs(), access: caller.access };
}
