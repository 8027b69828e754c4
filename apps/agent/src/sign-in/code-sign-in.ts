import { type CallOutput, routes } from '@carrel/contract';
import type { ServerLink } from '../link/server-link.ts';
import type { EventQueue } from '../store/event-queue.ts';
import type { GrantStore } from '../store/grants.ts';

export interface CodeSignInParts {
  readonly link: Pick<ServerLink, 'call'>;
  readonly grants: Pick<GrantStore, 'keep'>;
  readonly events: Pick<EventQueue, 'record'>;
  /** Fetches the leases of who has just signed in. */
  readonly sync: () => Promise<void>;
}

/** Sign-ins at this computer that a person finishes at a sign-in provider, in any browser. */
export interface CodeSignIn {
  options(): Promise<CallOutput<typeof routes.listSignInOptions>>;
  begin(body: { readonly providerId: string }): Promise<CallOutput<typeof routes.beginSignInAtDevice>>;
  /** Asks whether they have; the grant they get stays with the agent. */
  finish(body: { readonly handle: string }): Promise<CodeSignInAnswer>;
}

export type CodeSignInAnswer =
  | { readonly outcome: 'pending'; readonly intervalSeconds: number }
  | { readonly outcome: 'signed-in'; readonly userName: string };

/** The server is asked for everything: no verifier of an earlier sign-in stands for one at a provider. */
export function createCodeSignIn({ link, grants, events, sync }: CodeSignInParts): CodeSignIn {
  return {
    options: () => link.call(routes.listSignInOptions, {}),
    begin: ({ providerId }) => link.call(routes.beginSignInAtDevice, { body: { providerId } }),
    finish: async ({ handle }) => {
      const answer = await link.call(routes.finishSignInAtDevice, { body: { handle } });
      if (answer.outcome === 'pending') return answer;
      const { userId, userName, userGrant } = answer;
      grants.keep({ userId, userName, grant: userGrant });
      events.record('AGENT-008', { userName, how: 'server' });
      await sync();
      return { outcome: 'signed-in', userName };
    },
  };
}
