import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { JWK } from 'jose';
import { Provider } from 'oidc-provider';
import { createLoopbackCertificate } from './loopback-certificate.ts';
import { type ChangeClaims, createSigningKey, signAnew, signingAlgorithm } from './signing-key.ts';

/** What the provider says about somebody, by claim; `sub` comes from how they sign in. */
export type TestPerson = Readonly<Record<string, unknown>>;

/** The real `oidc-provider` on TLS and loopback. It is stopped when it is disposed of. */
export interface TestProvider extends AsyncDisposable {
  readonly issuer: string;
  /** Its own certificate, to be pinned. */
  readonly authorityPem: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** By `sub`, which is what they type to sign in. Any password will do. */
  readonly people: Map<string, TestPerson>;
  /** How often its token endpoint was asked. */
  readonly tokenRequests: () => number;
  /** Changes the claims of every ID token from now on; `undefined` leaves them alone. */
  tamper(change: ChangeClaims | undefined): void;
  /** Signs by a key of somebody else, without publishing it. */
  signWithStolenName(): Promise<void>;
  /** Signs by a new key from now on and withdraws the one before. */
  rotateKeys(): Promise<void>;
  /** Takes no connections, as when it is down, until it is started again. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface TestProviderOptions {
  /** Addresses that sign-ins may lead back to. */
  readonly redirectUris: readonly string[];
  readonly postSignOutRedirectUris?: readonly string[];
  readonly people?: Readonly<Record<string, TestPerson>>;
  readonly hasDeviceFlow?: boolean;
  /** `localhost` is another site than 127.0.0.1 to a browser. Default: 127.0.0.1. */
  readonly hostName?: 'localhost' | '127.0.0.1';
  /** Tell claims at the user info endpoint rather than in the ID token. Default: yes, as most do. */
  readonly isUserInfoNeeded?: boolean;
}

export async function startTestProvider(options: TestProviderOptions): Promise<TestProvider> {
  const people = new Map(Object.entries(options.people ?? {}));
  const tls = await createLoopbackCertificate();
  let handle: ReturnType<Provider['callback']> | undefined;
  let tokenRequests = 0;
  const server = createServer({ key: tls.key, cert: tls.certificate }, (request, response) => {
    if (request.url === '/token') tokenRequests += 1;
    void handle?.(request, response);
  });
  const port = await listen(server, 0);
  const issuer = `https://${options.hostName ?? '127.0.0.1'}:${port}`;
  const client = { clientId: 'carrel', clientSecret: 'a secret of tests' };
  let key = await createSigningKey();
  let forgedBy: JWK | undefined;
  let change: ChangeClaims | undefined;
  const use = (): void => {
    const provider = createProvider({ issuer, key, people, client, options });
    provider.use(async (context, next) => {
      await next();
      const body = context.body as { id_token?: string } | undefined;
      if (context.path !== '/token' || body?.id_token === undefined || !(change ?? forgedBy)) return;
      body.id_token = await signAnew(body.id_token, forgedBy ?? key, change ?? ((claims) => claims));
    });
    handle = provider.callback();
  };
  use();

  return {
    issuer,
    authorityPem: tls.certificate,
    ...client,
    people,
    tokenRequests: () => tokenRequests,
    tamper: (wanted) => {
      change = wanted;
      forgedBy = undefined;
    },
    signWithStolenName: async () => {
      forgedBy = { ...(await createSigningKey()), ...(key.kid === undefined ? {} : { kid: key.kid }) };
    },
    rotateKeys: async () => {
      key = await createSigningKey();
      use();
    },
    stop: () => close(server),
    start: async () => {
      await listen(server, port);
    },
    [Symbol.asyncDispose]: () => close(server),
  };
}

interface ProviderParts {
  readonly issuer: string;
  readonly key: JWK;
  readonly people: ReadonlyMap<string, TestPerson>;
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  readonly options: TestProviderOptions;
}

function createProvider({ issuer, key, people, client, options }: ProviderParts): Provider {
  const {
    redirectUris,
    postSignOutRedirectUris = [],
    hasDeviceFlow = true,
    isUserInfoNeeded = true,
  } = options;
  const provider = new Provider(issuer, {
    jwks: { keys: [key] },
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [...redirectUris],
        post_logout_redirect_uris: [...postSignOutRedirectUris],
        id_token_signed_response_alg: signingAlgorithm,
        grant_types: [
          'authorization_code',
          ...(hasDeviceFlow ? ['urn:ietf:params:oauth:grant-type:device_code'] : []),
        ],
        response_types: ['code'],
      },
    ],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'groups', 'realm_access', '_claim_names'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: isUserInfoNeeded,
    features: {
      devInteractions: { enabled: true },
      deviceFlow: { enabled: hasDeviceFlow },
      rpInitiatedLogout: { enabled: true },
    },
    cookies: { keys: ['only for tests'] },
    pkce: { required: () => false },
    findAccount: (_context, id) => {
      const person = people.get(id);
      return person && { accountId: id, claims: () => ({ sub: id, ...person }) };
    },
  });
  // Behind its own TLS it knows its address from the issuer alone.
  provider.proxy = true;
  return provider;
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the provider has no address');
  return address.port;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
