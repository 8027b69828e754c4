import { createApiClient, fail, type Inventory, routes } from '@carrel/contract';
import { type Authority, createPinnedFetch, findAuthority } from '@carrel/contract/node';
import type { AgentPaths } from '../agent-paths.ts';
import { ensureDeviceKeys, publicKeysOf } from './device-keys.ts';
import { deviceSecret } from './device-secret.ts';
import { type Enrolment, readEnrolment, writeEnrolment } from './enrolment.ts';

export interface EnrolOptions {
  readonly paths: AgentPaths;
  readonly server: URL;
  /** From an administrator; used once and never stored. */
  readonly token: string;
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
 */
export async function enrol(options: EnrolOptions): Promise<Enrolment> {
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
  return enrolment;
}

async function requestEnrolment(
  { server, token, inventory }: EnrolOptions,
  authority: Authority,
  keys: ReturnType<typeof publicKeysOf>,
) {
  await using pinned = createPinnedFetch({ authorityPem: authority.pem });
  const client = createApiClient({ origin: server.origin, fetch: pinned.fetch });
  const instance = await client.call(routes.getInstance, {});
  if (instance.authorityFingerprint.toLowerCase() !== authority.fingerprint) {
    throw fail('SERVER_NOT_TRUSTED', { server: server.origin });
  }
  const answer = await client.call(routes.enrolDevice, { body: { token, inventory, ...keys } });
  if (answer.instanceId !== instance.instanceId) {
    throw fail('SERVER_NOT_TRUSTED', { server: server.origin });
  }
  return answer;
}
