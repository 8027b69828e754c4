import { fail } from '@carrel/contract';
import { createPinnedFetch } from '@carrel/contract/node';
import type { Clock } from '@carrel/kit';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  clockTolerance,
  customFetch,
  discovery,
  fetchUserInfo,
  genericGrantRequest,
  initiateDeviceAuthorization,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client';
import { readSigningKeys, verifySignature } from './id-token-signature.ts';
import { identityOf } from './identity.ts';
import type {
  CodeFlow,
  DeviceFlow,
  DevicePoll,
  OidcClient,
  OidcIdentity,
  OidcSettings,
} from './oidc-client.ts';
import { oidcError } from './oidc-error.ts';
import { type Claims, readClaim } from './read-claim.ts';

/** What a provider offers changes rarely; its keys are read anew for every sign-in all the same. */
const metadataLifeMs = 10 * 60_000;
const timeoutSeconds = 15;
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const usualPollSeconds = 5;

type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** A client of the provider. It makes contact when it is first used, and checks tokens by the system's clock. */
export function createOidcClient(settings: OidcSettings, clock: Pick<Clock, 'monotonicMs'>): OidcClient {
  const provider = settings.displayName;
  const pinned = createPinnedFetch({ authorityPem: settings.authorityPem ?? undefined });
  let known: { readonly configuration: Configuration; readonly untilMs: number } | undefined;

  const open = async (): Promise<Configuration> => {
    if (known && clock.monotonicMs() < known.untilMs) return known.configuration;
    const configuration = await discover(settings, pinned.fetch);
    known = { configuration, untilMs: clock.monotonicMs() + metadataLifeMs };
    return configuration;
  };
  const named = async <T>(work: (configuration: Configuration) => Promise<T>): Promise<T> => {
    try {
      return await work(await open());
    } catch (error) {
      throw oidcError(provider, error);
    }
  };
  const identify = (configuration: Configuration, tokens: Tokens): Promise<OidcIdentity> =>
    identifyByTokens(settings, configuration, tokens, pinned.fetch);

  return {
    check: () =>
      named(async () => {
        // What was remembered is what may be wrong.
        known = undefined;
        const metadata = (await open()).serverMetadata();
        const keys = await readSigningKeys(provider, metadata.jwks_uri, pinned.fetch);
        return {
          authorizationEndpoint: metadata.authorization_endpoint ?? '',
          hasDeviceFlow: metadata.device_authorization_endpoint !== undefined,
          hasSignOut: metadata.end_session_endpoint !== undefined,
          signingKeys: keys.keys.length,
        };
      }),
    beginCodeFlow: (redirectUri) =>
      named((configuration) => beginCodeFlow(configuration, settings.scopes, redirectUri)),
    finishCodeFlow: (flow, callback) =>
      named(async (configuration) => {
        const tokens = await authorizationCodeGrant(configuration, callback, {
          expectedState: flow.state,
          expectedNonce: flow.nonce,
          pkceCodeVerifier: flow.codeVerifier,
          idTokenExpected: true,
        });
        return identify(configuration, tokens);
      }),
    beginDeviceFlow: () => named((configuration) => beginDeviceFlow(configuration, settings)),
    pollDeviceFlow: (deviceCode) =>
      named(async (configuration): Promise<DevicePoll> => {
        const tokens = await askForTokens(configuration, deviceCode);
        if (typeof tokens === 'string') return { outcome: 'pending', mustSlowDown: tokens === 'slow_down' };
        return { outcome: 'signed-in', identity: await identify(configuration, tokens) };
      }),
    signOutUrl: (idToken, returnTo) =>
      named((configuration) => {
        const { end_session_endpoint: endpoint } = configuration.serverMetadata();
        if (endpoint === undefined) return Promise.resolve(undefined);
        const parameters = { id_token_hint: idToken, post_logout_redirect_uri: returnTo };
        return Promise.resolve(buildEndSessionUrl(configuration, parameters).href);
      }),
    [Symbol.asyncDispose]: () => pinned[Symbol.asyncDispose](),
  };
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

function discover(settings: OidcSettings, fetch: Fetch): Promise<Configuration> {
  const metadata = {
    [clockTolerance]: settings.clockSkewSeconds,
    ...(settings.clientSecret === null ? {} : { client_secret: settings.clientSecret }),
  };
  return discovery(new URL(settings.issuer), settings.clientId, metadata, undefined, {
    timeout: timeoutSeconds,
    [customFetch]: (url, { method, headers, body, signal }) =>
      fetch(url, {
        method,
        headers,
        ...(body instanceof URLSearchParams ? { body: body.toString() } : {}),
        ...(signal ? { signal } : {}),
      }),
  });
}

async function beginCodeFlow(
  configuration: Configuration,
  scopes: readonly string[],
  redirectUri: string,
): Promise<CodeFlow> {
  const codeVerifier = randomPKCECodeVerifier();
  const [state, nonce] = [randomState(), randomNonce()];
  const url = buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  });
  return { url: url.href, redirectUri, state, nonce, codeVerifier };
}

async function beginDeviceFlow(
  configuration: Configuration,
  { displayName: provider, scopes }: OidcSettings,
): Promise<DeviceFlow> {
  if (configuration.serverMetadata().device_authorization_endpoint === undefined) {
    throw fail('SSO_DEVICE_FLOW_MISSING', { provider });
  }
  const answer = await initiateDeviceAuthorization(configuration, { scope: scopes.join(' ') });
  const addresses = [answer.verification_uri, answer.verification_uri_complete];
  if (addresses.some((address) => address !== undefined && URL.parse(address)?.protocol !== 'https:')) {
    throw fail('SSO_PROVIDER_INVALID', { provider, reason: 'it sends people to an address without https' });
  }
  return {
    deviceCode: answer.device_code,
    userCode: answer.user_code,
    verificationUri: answer.verification_uri,
    verificationUriComplete: answer.verification_uri_complete,
    expiresInSeconds: answer.expires_in,
    intervalSeconds: answer.interval ?? usualPollSeconds,
  };
}

/** The tokens, or why there are none yet. */
async function askForTokens(
  configuration: Configuration,
  deviceCode: string,
): Promise<Tokens | 'authorization_pending' | 'slow_down'> {
  try {
    return await genericGrantRequest(configuration, deviceGrant, { device_code: deviceCode });
  } catch (error) {
    const code = error instanceof ResponseBodyError ? error.error : undefined;
    if (code === 'authorization_pending' || code === 'slow_down') return code;
    throw error;
  }
}

/** `openid-client` held issuer, audience, times and nonce against what they must be; the signature is left. */
async function identifyByTokens(
  settings: OidcSettings,
  configuration: Configuration,
  tokens: Tokens,
  fetch: Fetch,
): Promise<OidcIdentity> {
  const provider = settings.displayName;
  const idClaims = tokens.claims();
  if (!idClaims || tokens.id_token === undefined) {
    throw fail('SSO_PROVIDER_INVALID', { provider, reason: 'it sent no ID token' });
  }
  const metadata = configuration.serverMetadata();
  await verifySignature(tokens.id_token, await readSigningKeys(provider, metadata.jwks_uri, fetch));
  const isMore = metadata.userinfo_endpoint !== undefined && lacksClaims(idClaims, settings);
  const more = isMore ? await fetchUserInfo(configuration, tokens.access_token, idClaims.sub) : {};
  return { ...identityOf({ ...more, ...idClaims }, settings), idToken: tokens.id_token };
}

/** Whether the provider may say more about the person than stands in the ID token. */
function lacksClaims(claims: Claims, settings: OidcSettings): boolean {
  const { userNameClaim, displayNameClaim, groups, required } = settings;
  const names = [userNameClaim, displayNameClaim, groups.claim, required?.claim];
  return names.some((name) => typeof name === 'string' && readClaim(claims, name) === undefined);
}
