import { type Lease, policySchemaVersion } from '@carrel/contract';
import { createId, type DeviceId, type LeaseId, type UserId } from '@carrel/kit';
import { sealKeys, signLease } from '@carrel/policy';
import type { Row } from '../database/index.ts';
import { readRepositoryKey } from '../repository-keys/index.ts';
import type { Services } from '../services.ts';
import { findCurrentImage } from './current-image.ts';
import { findGrants, type GrantedWorkspace } from './find-grants.ts';

/**
 * Signs a lease for every workspace that a user may run on a device now. The keys inside are sealed to the device: the
 * disk key is derived for this device, user and workspace, the same at every issue.
 *
 * @returns JWS compact, by name of the workspace
 */
export async function issueLeases(
  services: Services,
  device: Row<'devices'>,
  user: Row<'users'>,
): Promise<string[]> {
  const { queries } = services.database;
  const nowMs = services.clock.nowMs();
  const leases: Lease[] = [];
  for (const grant of await findGrants(queries, user.id, nowMs)) {
    const image = await findCurrentImage(queries, grant.workspace);
    if (!image) continue;
    leases.push(await prepareLease(services, { device, user, grant, image, nowMs }));
  }
  await forgetOthers(services, device.id, user.id, leases);
  return Promise.all(leases.map((lease) => signLease(lease, services.instance.leaseKeys.signing)));
}

interface LeaseParts {
  readonly device: Row<'devices'>;
  readonly user: Row<'users'>;
  readonly grant: GrantedWorkspace;
  readonly image: Lease['image'];
  readonly nowMs: number;
}

async function prepareLease(services: Services, parts: LeaseParts): Promise<Lease> {
  const { device, user, grant, image, nowMs } = parts;
  const { workspace, settings } = grant;
  const { validUntil, offlineLimitSeconds, ...doors } = settings;
  const { instance, database } = services;
  const repositoryKey = await readRepositoryKey(database.queries, instance.masterKey, image.keyId);
  const diskKey = instance.masterKey
    .derive('disk-key', device.id, user.id, workspace.id)
    .toString('base64url');
  const sealedKeys = await sealKeys(
    { repositoryKey, diskKey, secrets: {} },
    { kty: 'OKP', crv: 'X25519', x: device.sealingKey },
  );
  return {
    leaseId: await recordLease(services, parts),
    issuer: instance.id,
    deviceId: device.id as DeviceId,
    userId: user.id as UserId,
    userName: user.userName,
    workspaceId: workspace.id,
    workspaceName: workspace.name,
    workspaceRevision: workspace.revision,
    issuedAt: Math.floor(nowMs / 1000),
    validUntil,
    offlineLimitSeconds,
    policySchemaVersion,
    policy: workspace.policy,
    grant: doors,
    image,
    sealedKeys,
  };
}

/** Keeps what was issued last; a lease keeps its id as long as it is renewed. */
async function recordLease(services: Services, parts: LeaseParts): Promise<LeaseId> {
  const { device, user, grant, image, nowMs } = parts;
  const content = {
    workspaceRevision: grant.workspace.revision,
    imageVersion: image.version,
    issuedAt: nowMs,
    validUntil: grant.settings.validUntil === null ? null : grant.settings.validUntil * 1000,
  };
  const row = await services.database.queries
    .insertInto('leases')
    .values({
      id: createId<'lease'>(nowMs, services.randomBytes(10)),
      deviceId: device.id,
      userId: user.id,
      workspaceId: grant.workspace.id,
      ...content,
    })
    .onConflict((conflict) => conflict.columns(['deviceId', 'userId', 'workspaceId']).doUpdateSet(content))
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id as LeaseId;
}

/** What was not issued again is withdrawn. */
async function forgetOthers(
  services: Services,
  deviceId: string,
  userId: string,
  leases: readonly Lease[],
): Promise<void> {
  const kept = leases.map((lease) => lease.leaseId as string);
  await services.database.queries
    .deleteFrom('leases')
    .where('deviceId', '=', deviceId)
    .where('userId', '=', userId)
    .$if(kept.length > 0, (query) => query.where('id', 'not in', kept))
    .execute();
}
