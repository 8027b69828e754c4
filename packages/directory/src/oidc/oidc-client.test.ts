import { type SignInProviderSettings, signInProviderSettingsSchema } from '@carrel/contract';
import { systemClock } from '@carrel/kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOidcClient } from './create-oidc-client.ts';
import type { OidcClient, OidcIdentity } from './oidc-client.ts';
import { startTestBrowser, startTestProvider, type TestProvider } from './testing/index.ts';

const redirectUri = 'https://carrel.example:7443/api/v1/sign-in/callback';
const ada = {
  name: 'Ada Lovelace',
  preferred_username: 'ada',
  groups: ['engineering', 'analysts'],
  realm_access: { roles: ['designer'] },
};

let provider: TestProvider;
const open: OidcClient[] = [];
beforeAll(async () => {
  provider = await startTestProvider({
    redirectUris: [redirectUri],
    postSignOutRedirectUris: ['https://carrel.example:7443/'],
    people: { 'u-ada': ada },
  });
});
afterAll(async () => {
  for (const client of open) await client[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});
beforeEach(() => {
  provider.people.set('u-ada', ada);
  provider.tamper(undefined);
});

function connect(
  change: Partial<SignInProviderSettings> & { clientSecret?: string | null } = {},
): OidcClient {
  const { clientSecret = provider.clientSecret, ...settings } = change;
  const client = createOidcClient(
    {
      ...signInProviderSettingsSchema.parse({
        displayName: 'Company',
        issuer: provider.issuer,
        clientId: provider.clientId,
        consoleOrigin: 'https://carrel.example:7443',
        authorityPem: provider.authorityPem,
        ...settings,
      }),
      clientSecret,
    },
    systemClock,
  );
  open.push(client);
  return client;
}

/** Begins, has the person sign in at the provider, and returns with what it sent the browser back with. */
async function comeBack(client: OidcClient, person = 'u-ada') {
  const flow = await client.beginCodeFlow(redirectUri);
  await using browser = startTestBrowser(provider);
  const { url } = await browser.signIn(flow.url, person);
  return { flow, callback: new URL(url) };
}

async function signIn(client: OidcClient): Promise<OidcIdentity> {
  const { flow, callback } = await comeBack(client);
  return client.finishCodeFlow(flow, callback);
}

describe('by code', () => {
  it('learns who signed in, from the ID token and the user info endpoint', async () => {
    const identity = await signIn(connect());
    expect(identity).toMatchObject({
      subject: 'u-ada',
      userName: 'ada',
      displayName: 'Ada Lovelace',
      groups: [
        { externalId: 'engineering', name: 'engineering' },
        { externalId: 'analysts', name: 'analysts' },
      ],
    });
  });

  it('sends the browser with PKCE, state and nonce, each of them new', async () => {
    const client = connect();
    const [one, other] = [await client.beginCodeFlow(redirectUri), await client.beginCodeFlow(redirectUri)];
    const parameters = new URL(one.url).searchParams;
    expect(parameters.get('code_challenge_method')).toBe('S256');
    expect(parameters.get('state')).toBe(one.state);
    expect(parameters.get('nonce')).toBe(one.nonce);
    expect(one.url).not.toContain(one.codeVerifier);
    for (const part of ['state', 'nonce', 'codeVerifier'] as const) expect(one[part]).not.toBe(other[part]);
  });

  it('takes a code once', async () => {
    const client = connect();
    const { flow, callback } = await comeBack(client);
    await client.finishCodeFlow(flow, callback);
    await expect(client.finishCodeFlow(flow, callback)).rejects.toMatchObject({ code: 'SSO_REFUSED' });
  });

  it('refuses an answer to another sign-in', async () => {
    const client = connect();
    const { flow, callback } = await comeBack(client);
    const before = provider.tokenRequests();
    await expect(client.finishCodeFlow({ ...flow, state: 'another' }, callback)).rejects.toMatchObject({
      code: 'SSO_TOKEN_INVALID',
    });
    expect(provider.tokenRequests()).toBe(before);
    await expect(client.finishCodeFlow({ ...flow, nonce: 'another' }, callback)).rejects.toMatchObject({
      code: 'SSO_TOKEN_INVALID',
    });
  });

  it('refuses a code without the verifier it was asked for with', async () => {
    const client = connect();
    const { flow, callback } = await comeBack(client);
    const other = await client.beginCodeFlow(redirectUri);
    const stolen = { ...flow, codeVerifier: other.codeVerifier };
    await expect(client.finishCodeFlow(stolen, callback)).rejects.toMatchObject({ code: 'SSO_REFUSED' });
  });

  it('refuses an answer from another issuer', async () => {
    const client = connect();
    const { flow, callback } = await comeBack(client);
    callback.searchParams.set('iss', 'https://elsewhere.example');
    await expect(client.finishCodeFlow(flow, callback)).rejects.toMatchObject({ code: 'SSO_TOKEN_INVALID' });
  });

  const nowSeconds = (): number => Math.floor(Date.now() / 1000);
  it.each([
    ['for another client', () => ({ aud: 'somebody-else' })],
    ['of another issuer', () => ({ iss: 'https://elsewhere.example' })],
    ['of another sign-in', () => ({ nonce: 'another' })],
    ['that expired', () => ({ iat: nowSeconds() - 7200, exp: nowSeconds() - 3600 })],
    ['that is not valid yet', () => ({ nbf: nowSeconds() + 3600 })],
    ['about nobody', () => ({ sub: undefined })],
  ])('refuses an ID token %s', async (_name, change) => {
    const client = connect();
    const { flow, callback } = await comeBack(client);
    provider.tamper((claims) => ({ ...claims, ...change() }));
    await expect(client.finishCodeFlow(flow, callback)).rejects.toMatchObject({ code: 'SSO_TOKEN_INVALID' });
  });

  it('bears with a clock that is a little off, as far as it is told to', async () => {
    provider.tamper((claims) => ({ ...claims, exp: nowSeconds() - 40 }));
    await expect(signIn(connect({ clockSkewSeconds: 30 }))).rejects.toMatchObject({
      code: 'SSO_TOKEN_INVALID',
    });
    expect(await signIn(connect({ clockSkewSeconds: 120 }))).toMatchObject({ subject: 'u-ada' });
  });

  it('refuses an ID token that a key of somebody else signed', async () => {
    const client = connect();
    const { flow, callback } = await comeBack(client);
    await provider.signWithStolenName();
    await expect(client.finishCodeFlow(flow, callback)).rejects.toMatchObject({ code: 'SSO_TOKEN_INVALID' });
  });

  it('goes on when the provider takes new keys', async () => {
    const client = connect();
    await signIn(client);
    await provider.rotateKeys();
    expect(await signIn(client)).toMatchObject({ subject: 'u-ada' });
  });

  it('says that the person refused', async () => {
    const client = connect();
    const flow = await client.beginCodeFlow(redirectUri);
    await using browser = startTestBrowser(provider);
    const { url } = await browser.refuse(flow.url);
    await expect(client.finishCodeFlow(flow, new URL(url))).rejects.toMatchObject({ code: 'SSO_REFUSED' });
  });

  it('knows where to sign out at the provider', async () => {
    const client = connect();
    const { idToken } = await signIn(client);
    const home = 'https://carrel.example:7443/';
    const url = await client.signOutUrl(idToken, home);
    await using browser = startTestBrowser(provider);
    expect((await browser.signOut(url ?? '')).url).toBe(home);
  });
});

describe('what claims mean', () => {
  it('takes user name and groups from the claims it is told', async () => {
    const client = connect({
      userNameClaim: 'email',
      groups: {
        claim: 'realm_access.roles',
        taken: 'listed',
        listed: [{ externalId: 'designer', name: 'Designers' }],
      },
    });
    provider.people.set('u-ada', {
      ...ada,
      email: 'ada@example.org',
      realm_access: { roles: ['designer', 'other'] },
    });
    expect(await signIn(client)).toMatchObject({
      userName: 'ada@example.org',
      groups: [{ externalId: 'designer', name: 'Designers' }],
    });
  });

  it('lets in only those with the claim that is required', async () => {
    const required = { claim: 'groups', values: ['carrel-users', 'analysts'] };
    expect(await signIn(connect({ required }))).toMatchObject({ subject: 'u-ada' });
    provider.people.set('u-ada', { ...ada, groups: ['engineering'] });
    await expect(signIn(connect({ required }))).rejects.toMatchObject({ code: 'SSO_NOT_ALLOWED' });
  });

  it.each([
    ['no user name', { preferred_username: undefined }, 'preferred_username'],
    ['a user name with a space', { preferred_username: 'ada lovelace' }, 'preferred_username'],
    ['groups that are no names', { groups: { engineering: true } }, 'groups'],
    ['groups kept elsewhere', { groups: undefined, _claim_names: { groups: 'src1' } }, 'groups'],
  ])('refuses somebody with %s', async (_name, change, claim) => {
    provider.people.set('u-ada', { ...ada, ...change });
    await expect(signIn(connect())).rejects.toMatchObject({ code: 'SSO_CLAIM_MISSING', details: { claim } });
  });
});

describe('by device code', () => {
  it('waits until the person entered the code', async () => {
    const client = connect();
    const flow = await client.beginDeviceFlow();
    expect(await client.pollDeviceFlow(flow.deviceCode)).toMatchObject({ outcome: 'pending' });
    await using browser = startTestBrowser(provider);
    await browser.enterCode(flow.verificationUri, flow.userCode, 'u-ada');
    expect(await client.pollDeviceFlow(flow.deviceCode)).toMatchObject({
      outcome: 'signed-in',
      identity: { subject: 'u-ada', userName: 'ada' },
    });
    await expect(client.pollDeviceFlow(flow.deviceCode)).rejects.toMatchObject({ code: 'SSO_REFUSED' });
  });

  it('refuses an ID token that a key of somebody else signed', async () => {
    const client = connect();
    const flow = await client.beginDeviceFlow();
    await using browser = startTestBrowser(provider);
    await browser.enterCode(flow.verificationUri, flow.userCode, 'u-ada');
    await provider.signWithStolenName();
    await expect(client.pollDeviceFlow(flow.deviceCode)).rejects.toMatchObject({ code: 'SSO_TOKEN_INVALID' });
  });

  it('says when the provider does not offer it', async () => {
    await using other = await startTestProvider({ redirectUris: [redirectUri], hasDeviceFlow: false });
    const client = connect({ issuer: other.issuer, authorityPem: other.authorityPem });
    await expect(client.beginDeviceFlow()).rejects.toMatchObject({ code: 'SSO_DEVICE_FLOW_MISSING' });
  });
});

describe('a provider in trouble', () => {
  it('is told by a check', async () => {
    expect(await connect().check()).toMatchObject({ hasDeviceFlow: true, hasSignOut: true, signingKeys: 1 });
  });

  it('is unreachable when it is down, and used again when it is back', async () => {
    const client = connect();
    await provider.stop();
    try {
      await expect(client.beginCodeFlow(redirectUri)).rejects.toMatchObject({
        code: 'SSO_PROVIDER_UNREACHABLE',
        retryable: true,
      });
    } finally {
      await provider.start();
    }
    expect(await signIn(client)).toMatchObject({ subject: 'u-ada' });
  });

  it('is not trusted with a certificate of an authority that is not pinned', async () => {
    await expect(connect({ authorityPem: null }).check()).rejects.toMatchObject({
      code: 'SSO_PROVIDER_UNREACHABLE',
      message: expect.stringContaining('certificate') as string,
    });
  });

  it('is refused when it names another issuer, or does not know this client', async () => {
    const client = connect({ issuer: provider.issuer.replace('127.0.0.1', 'localhost') });
    await expect(client.check()).rejects.toMatchObject({ code: 'SSO_PROVIDER_INVALID' });
    await expect(signIn(connect({ clientSecret: 'wrong' }))).rejects.toMatchObject({
      code: 'SSO_PROVIDER_INVALID',
    });
  });
});
