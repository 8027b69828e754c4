export { createOidcClient } from './create-oidc-client.ts';
export type {
  CodeFlow,
  DeviceFlow,
  DevicePoll,
  OidcCapabilities,
  OidcClient,
  OidcIdentity,
  OidcSettings,
} from './oidc-client.ts';
