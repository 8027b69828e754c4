import type { SignInProviderSettings } from '@carrel/contract';

/** A provider as it is configured, with its secret. */
export type OidcSettings = SignInProviderSettings & {
  /** `null`: a public client, which proves itself by PKCE alone. */
  readonly clientSecret: string | null;
};

/** Somebody the provider vouches for. */
export interface OidcIdentity {
  /** `sub`: what the provider never gives to anybody else. */
  readonly subject: string;
  readonly userName: string;
  readonly displayName: string;
  readonly groups: readonly { readonly externalId: string; readonly name: string }[];
  /** The ID token as it came: signing out at the provider names the session by it. A secret. */
  readonly idToken: string;
}

/** A sign-in under way in a browser. All but `url` is a secret of that browser and this server. */
export interface CodeFlow {
  /** Where the browser goes. */
  readonly url: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** A sign-in under way that the person finishes in any browser. */
export interface DeviceFlow {
  /** A secret of this server. */
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete: string | undefined;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

export type DevicePoll =
  | { readonly outcome: 'pending'; readonly mustSlowDown: boolean }
  | { readonly outcome: 'signed-in'; readonly identity: OidcIdentity };

export interface OidcCapabilities {
  readonly authorizationEndpoint: string;
  readonly hasDeviceFlow: boolean;
  readonly hasSignOut: boolean;
  readonly signingKeys: number;
}

/**
 * One OpenID Connect provider. What it says is believed only when the ID token is signed by a key that the provider
 * publishes at that moment, for this client, from this issuer, for this sign-in, and now. Whoever made it disposes of
 * it.
 *
 * Every call may throw `SSO_PROVIDER_UNREACHABLE` and `SSO_PROVIDER_INVALID`.
 */
export interface OidcClient extends AsyncDisposable {
  /** Asks for what the provider offers, and for its keys. */
  check(): Promise<OidcCapabilities>;
  beginCodeFlow(redirectUri: string): Promise<CodeFlow>;
  /**
   * @param callback the address the browser came back to
   * @throws {SSO_REFUSED} {SSO_TOKEN_INVALID} {SSO_CLAIM_MISSING} {SSO_NOT_ALLOWED}
   */
  finishCodeFlow(flow: Omit<CodeFlow, 'url'>, callback: URL): Promise<OidcIdentity>;
  /** @throws {SSO_DEVICE_FLOW_MISSING} */
  beginDeviceFlow(): Promise<DeviceFlow>;
  /**
   * Asks once.
   *
   * @throws {SSO_CODE_EXPIRED} {SSO_REFUSED} {SSO_TOKEN_INVALID} {SSO_CLAIM_MISSING} {SSO_NOT_ALLOWED}
   */
  pollDeviceFlow(deviceCode: string): Promise<DevicePoll>;
  /** Where a browser goes to sign out at the provider as well; `undefined` where it offers none. */
  signOutUrl(idToken: string, returnTo: string): Promise<string | undefined>;
}
