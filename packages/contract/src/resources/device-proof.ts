import { z } from 'zod';

/** `typ` of the protected header of a device proof; docs/device-proof.md describes the whole. */
export const deviceProofType = 'carrel-device+jwt';
/** The longest a proof may be valid. */
export const deviceProofLifetimeSeconds = 60;
/** How far the clocks of device and server may differ. */
export const deviceProofSkewSeconds = 60;

/** What a device signs for each request (JWS compact, EdDSA). `kid` in the header is the device's id. */
export const deviceProofClaimsSchema = z.object({
  /** The instance the device is enrolled with. */
  aud: z.string(),
  /** Seconds since 1970. */
  iat: z.int(),
  /** At most {@link deviceProofLifetimeSeconds} after `iat`. */
  exp: z.int(),
  /** Never used twice by a device. */
  jti: z.string().min(16).max(100),
  /** Method of the request, upper case. */
  htm: z.string(),
  /** Path of the request, without query. */
  htu: z.string(),
  /** sha256 of the body as sent, base64url; of nothing where there is no body. */
  bh: z.base64url().length(43),
});
export type DeviceProofClaims = z.infer<typeof deviceProofClaimsSchema>;
