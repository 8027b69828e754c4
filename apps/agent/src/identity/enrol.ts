import { type CallOutput, createApiClient, fail, type Inventory, routes } from '@carrel/contract';
import { type Authority, createPinnedFetch, findAuthority } from '@carrel/contract/node';
import type { AgentPaths } from '../agent-paths.ts';
import { ensureDeviceKeys, publicKeysOf } from './device-keys.ts';
import { deviceSecret } from './device-secret.ts';
import { type Enrolment, readEnrolment, writeEnrolment } from './enrolment.ts';

/** What enrols a device, used once and never stored: a token from an administrator, or the sign-in of a person. */
export type EnrolCredential =
  | { readonly token: string }
  | { readonly userName: string; readonly password: string };

type EnrolmentAnswer = CallOutput<typeof routes.enrolDevice>;

export interface EnrolOptions {
  readonly paths: AgentPaths;
  readonly server: URL;
  readonly credential: EnrolCredential;
  /** sha256 of the instance's certificate authority, hex, from the administrator. */
  readonly authorityFingerprint: string | undefined;
  /** Believe the authority the server presents when no fingerprint is given. */
  readonly trustFirstUse: boolean;
  readonly inventory: Inventory;
}

/**
 * Makes this computer a device of an instance: pins its authority, makes the device's keys, and stores the answer.
 * Run again after a failure it goes on with the same keys.
 *
 * @throws {AGENT_ENROLLED_ALREADY} before anything is sent
 * @throws {SERVER_NOT_TRUSTED} the authority is not the expected one
 * @throws {ENROLMENT_TOKEN_INVALID} the server refused the token
 * @throws {SIGN_IN_FAILED} it refused the person
 * @returns whether the device may work, or waits for an administrator's approval, too
 */
export async function enrol(
  options: EnrolOptions,
): Promise<{ enrolment: Enrolment; state: EnrolmentAnswer['state'] }> {
  const { paths, server } = options;
  const keys = await ensureDeviceKeys(paths.keys);
  const sealKey = deviceSecret(keys.local, 'enrolment-seal');
  const existing = await readEnrolment(paths.enrolment, sealKey);
  if (existing) throw fail('AGENT_ENROLLED_ALREADY', { server: existing.server });
  if (options.authorityFingerprint === undefined && !options.trustFirstUse) {
    throw fail('USAGE', {
      reason: 'The fingerprint of the server is needed: --ca-fingerprint HEX, or --trust-first-use.',
      command: 'carrel agent enrol',
    });
  }
  const authority = await findAuthority(server, options.authorityFingerprint);
  const answer = await requestEnrolment(options, authority, publicKeysOf(keys));
  const enrolment: Enrolment = {
    deviceId: answer.deviceId,
    instanceId: answer.instanceId,
    server: server.origin,
    authority: authority.pem,
    authorityFingerprint: authority.fingerprint,
    leaseKeys: answer.leaseKeys,
    intervals: answer.intervals,
  };
  await writeEnrolment(paths.enrolment, enrolment, sealKey);
  return { enrolment, state: answer.state };
}

async function requestEnrolment(
  { server, credential, inventory }: EnrolOptions,
  authority: Authority,
  keys: ReturnType<typeof publicKeysOf>,
): Promise<EnrolmentAnswer> {
  await using pinned = createPinnedFetch({ authorityPem: authority.pem });
  const client = createApiClient({ origin: server.origin, fetch: pinned.fetch });
  const instance = await client.call(routes.getInstance, {});
  if (instance.authorityFingerprint.toLowerCase() !== authority.fingerprint) {
    throw fail('SERVER_NOT_TRUSTED', { server: server.origin });
  }
  const about = { inventory, ...keys };
  const answer = await ('token' in credential
    ? client.call(routes.enrolDevice, { body: { ...credential, ...about } })
    : client.call(routes.enrolDeviceBySignIn, { body: { ...credential, ...about } }));
  if (answer.instanceId !== instance.instanceId) {
    throw fail('SERVER_NOT_TRUSTED', { server: server.origin });
  }
  return answer;
}
