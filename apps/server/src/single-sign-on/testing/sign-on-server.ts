import { type ApiClient, routes, type SignInProvider, signInPaths } from '@carrel/contract';
import {
  startTestBrowser,
  startTestProvider,
  type TestPerson,
  type TestProvider,
} from '@carrel/directory/testing/oidc';
import { type databaseKinds, startTestServer, type TestServer } from '../../testing/index.ts';

export const people = {
  'u-ada': { name: 'Ada Lovelace', preferred_username: 'ada', groups: ['engineering', 'staff'] },
  'u-bob': { name: 'Bob', preferred_username: 'bob', groups: [] },
  'u-impostor': { name: 'Somebody', preferred_username: 'admin', groups: [] },
} as const satisfies Record<string, TestPerson>;

/** A server, and a real provider it knows. Both are gone when it is disposed of. */
export interface SignOnServer extends AsyncDisposable {
  readonly server: TestServer;
  readonly provider: TestProvider;
  readonly configured: SignInProvider;
  /** As an administrator would configure the provider. */
  readonly providerBody: ReturnType<typeof bodyOf>;
  /** Makes everything as it was, for the next test. */
  reset(): Promise<void>;
  visit(url: string, cookie?: string): Promise<Response>;
  /** Where the browser is sent, and the cookie it is given. */
  start(returnTo?: string): Promise<{ url: string; cookie: string }>;
  /** As far as the address that the provider sends the browser back to. */
  comeBack(person: string, returnTo?: string): Promise<{ callback: string; cookie: string }>;
  /** The whole way; `session` is the cookie, empty when there is none. */
  signIn(person: string, returnTo?: string): Promise<{ location: string; session: string }>;
  /** A client for the session of a cookie. */
  clientOf(cookie: string): ApiClient;
}

export async function startSignOnServer(kind: (typeof databaseKinds)[number]): Promise<SignOnServer> {
  await using undo = new AsyncDisposableStack();
  const server = undo.use(await startTestServer(kind));
  const { origin } = server.connection;
  const provider = undo.use(
    await startTestProvider({
      redirectUris: [origin + signInPaths.callback],
      postSignOutRedirectUris: [`${origin}/`],
      people,
    }),
  );
  const providerBody = bodyOf(provider, origin);
  const configured = await server.administrator.call(routes.createSignInProvider, { body: providerBody });

  const visit: SignOnServer['visit'] = (url, cookie = '') =>
    server.connection.send(url.replace(origin, ''), { headers: { cookie } });
  const start: SignOnServer['start'] = async (returnTo = '/workspaces') => {
    const query = new URLSearchParams({ provider: configured.id, returnTo });
    const answer = await visit(`${signInPaths.start}?${query.toString()}`);
    return { url: answer.headers.get('location') ?? '', cookie: pairOf(answer) };
  };
  const comeBack: SignOnServer['comeBack'] = async (person, returnTo) => {
    const { url, cookie } = await start(returnTo);
    await using browser = startTestBrowser(provider);
    return { callback: (await browser.signIn(url, person)).url, cookie };
  };
  const stack = undo.move();
  return {
    server,
    provider,
    configured,
    providerBody,
    reset: async () => {
      // Used, the administrator's session outlasts the time that tests let pass.
      await server.administrator.call(routes.getSession, {});
      provider.tamper(undefined);
      for (const [subject, person] of Object.entries(people)) provider.people.set(subject, person);
      server.clock.advance(61_000);
    },
    visit,
    start,
    comeBack,
    signIn: async (person, returnTo) => {
      const { callback, cookie } = await comeBack(person, returnTo);
      const answer = await visit(callback, cookie);
      return {
        location: answer.headers.get('location') ?? '',
        session: pairOf(answer, '__Host-carrel='),
      };
    },
    clientOf: (cookie) => server.connection.client(() => Promise.resolve({ cookie })),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function bodyOf(provider: TestProvider, consoleOrigin: string) {
  return {
    displayName: 'Company',
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    consoleOrigin,
    authorityPem: provider.authorityPem,
  };
}

/** The `name=value` of a cookie that an answer sets. */
function pairOf(answer: Response, prefix = ''): string {
  const cookie = answer.headers.getSetCookie().find((text) => text.startsWith(prefix));
  return cookie?.split(';', 1)[0] ?? '';
}
