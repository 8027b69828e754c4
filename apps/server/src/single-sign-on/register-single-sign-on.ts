import type { FastifyInstance } from 'fastify';
import type { Row } from '../database/index.ts';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import type { SessionStore, SignInLimiter } from '../session/index.ts';
import { browserSignInPlugin } from './browser-sign-in.ts';
import { registerCodeRoutes } from './code-routes.ts';
import { createCodeSignIn } from './code-sign-in.ts';
import { registerOptionRoutes } from './option-routes.ts';
import { createProviderClients } from './provider-clients.ts';
import { registerProviderRoutes } from './provider-routes.ts';
import { settingsOf } from './provider-rows.ts';
import { findSignOutUrl } from './sign-out-hint.ts';

/** What sessions need to know of the providers they were opened through. */
export interface SingleSignOn {
  /** Where a browser goes to end the session at its provider as well; `undefined` where there is nothing to end. */
  readonly signOutUrl: (session: Row<'sessions'>) => Promise<string | undefined>;
  /** What people know a provider by; its id when it is gone. */
  readonly providerName: (providerId: string) => Promise<string>;
}

/** Everything of single sign-on. Connections to providers are closed with the app. */
export async function registerSingleSignOn(
  app: FastifyInstance,
  router: Router,
  services: Services,
  { sessions, limiter }: { readonly sessions: SessionStore; readonly limiter: SignInLimiter },
): Promise<SingleSignOn> {
  const clients = createProviderClients(services);
  app.addHook('onClose', () => clients[Symbol.asyncDispose]());
  const codes = createCodeSignIn(services, clients);
  registerOptionRoutes(router, services);
  registerProviderRoutes(router, services, clients);
  registerCodeRoutes(router, services, { codes, sessions, limiter });
  await app.register(browserSignInPlugin, { services, clients, sessions, limiter });
  return {
    signOutUrl: (session) => findSignOutUrl(services, clients, session),
    providerName: async (providerId) => {
      const row = await services.database.queries
        .selectFrom('signInProviders')
        .selectAll()
        .where('id', '=', providerId)
        .executeTakeFirst();
      return row ? settingsOf(row).displayName : providerId;
    },
  };
}
