import { type Lease, type LeaseKeys, policySchemaVersion } from '@carrel/contract';
import type { DeviceId, LeaseId, UserId, WorkspaceId } from '@carrel/kit';
import { sealKeys, secretsOfSetup, signLease } from '@carrel/policy';
import type { Row } from '../database/index.ts';
import { readRepositoryKeys } from '../repository-keys/index.ts';
import type { Services } from '../services.ts';
import { findHoldings, type Holding, type Holdings } from './find-holdings.ts';
import { readLeaseSecrets } from './lease-secrets.ts';
import { recordLeases } from './record-leases.ts';
import { type Withdrawal, withdrawnReasons } from './withdrawn-reasons.ts';

/** Somebody signed in at a device. */
export interface LeaseHolder {
  readonly user: Pick<Row<'users'>, 'id' | 'userName'>;
  /** Workspaces the device has of theirs. */
  readonly hadWorkspaceIds: readonly WorkspaceId[];
}

export interface IssuedLeases {
  /** JWS compact, by name of the workspace. */
  readonly leases: readonly string[];
  /** Workspaces they had that are theirs no more. */
  readonly withdrawn: readonly Withdrawal[];
}

type DeviceRow = Pick<Row<'devices'>, 'id' | 'sealingKey'>;
type Granted = Extract<Holding, { outcome: 'granted' }>;

/** A workspace that somebody may run on a device now. */
interface Permission {
  readonly user: LeaseHolder['user'];
  readonly granted: Granted;
  readonly image: Lease['image'];
}

/**
 * Signs a lease for every workspace that these users may run on a device now. The keys inside are sealed to the device:
 * the disk key is derived for this device, user and workspace, the same at every issue. The number of statements does
 * not grow with users, groups or workspaces, but for one a secret that a set-up names.
 *
 * @returns one answer a holder, in their order
 */
export async function issueLeases(
  services: Services,
  device: DeviceRow,
  holders: readonly LeaseHolder[],
): Promise<IssuedLeases[]> {
  if (holders.length === 0) return [];
  const nowMs = services.clock.nowMs();
  const userIds = holders.map(({ user }) => user.id);
  const holdings = await findHoldings(services.database.queries, userIds, nowMs);
  const permissions = holders.flatMap(({ user }) => permissionsOf(user, holdings.get(user.id)));
  const issued = await issueAll(services, device, { userIds, permissions, nowMs });
  return holders.map(({ user, hadWorkspaceIds }) => ({
    leases: issued.flatMap((lease) => (lease.userId === user.id ? [lease.token] : [])),
    withdrawn: withdrawnReasons(holdings.get(user.id), hadWorkspaceIds),
  }));
}

function permissionsOf(user: LeaseHolder['user'], holdings: Holdings | undefined): Permission[] {
  return [...(holdings?.values() ?? [])].flatMap((holding) =>
    holding.outcome === 'granted' && holding.assigned.image
      ? [{ user, granted: holding, image: holding.assigned.image }]
      : [],
  );
}

async function issueAll(
  services: Services,
  device: DeviceRow,
  work: {
    readonly userIds: readonly string[];
    readonly permissions: readonly Permission[];
    readonly nowMs: number;
  },
): Promise<{ userId: string; token: string }[]> {
  const { userIds, permissions, nowMs } = work;
  const { instance, database } = services;
  const keys = await readRepositoryKeys(
    database.queries,
    instance.masterKey,
    permissions.map(({ image }) => image.keyId),
  );
  const workspaces = permissions.map(({ granted }) => granted.assigned.workspace);
  const secrets = await readLeaseSecrets(services, workspaces);
  const records = permissions.map(({ user, granted, image }) => ({
    userId: user.id,
    workspaceId: granted.assigned.workspace.id,
    workspaceRevision: granted.assigned.workspace.revision,
    imageVersion: image.version,
    validUntil: granted.settings.validUntil,
  }));
  const leaseIds = await recordLeases(services, device, userIds, records, nowMs);
  return Promise.all(
    permissions.map(async (permission, index) => {
      const sealedKeys = await sealKeys(keysOf(services, device, permission, { keys, secrets }), {
        kty: 'OKP',
        crv: 'X25519',
        x: device.sealingKey,
      });
      const leaseId = leaseIds[index];
      if (leaseId === undefined) throw new Error('a lease has no id');
      const lease = leaseOf(permission, { leaseId, issuer: instance.id, device, nowMs, sealedKeys });
      return { userId: permission.user.id, token: await signLease(lease, instance.leaseKeys.signing) };
    }),
  );
}

function keysOf(
  { instance }: Services,
  device: DeviceRow,
  { user, granted, image }: Permission,
  known: { readonly keys: ReadonlyMap<string, string>; readonly secrets: ReadonlyMap<string, string> },
): LeaseKeys {
  const { id, policy } = granted.assigned.workspace;
  const repositoryKey = known.keys.get(image.keyId);
  if (repositoryKey === undefined) throw new Error(`the repository key ${image.keyId} is gone`);
  const secrets = secretsOfSetup(policy.vmSetup).flatMap((name) => {
    const value = known.secrets.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    repositoryKey,
    diskKey: instance.rootSecret.derive('disk-key', device.id, user.id, id).toString('base64url'),
    secrets: Object.fromEntries(secrets),
  };
}

interface LeaseEnvelope {
  readonly leaseId: LeaseId;
  readonly issuer: string;
  readonly device: DeviceRow;
  readonly nowMs: number;
  readonly sealedKeys: string;
}

function leaseOf({ user, granted, image }: Permission, envelope: LeaseEnvelope): Lease {
  const { workspace } = granted.assigned;
  const { validUntil, offlineLimitSeconds, ...doors } = granted.settings;
  return {
    leaseId: envelope.leaseId,
    issuer: envelope.issuer,
    deviceId: envelope.device.id as DeviceId,
    userId: user.id as UserId,
    userName: user.userName,
    workspaceId: workspace.id,
    workspaceName: workspace.name,
    workspaceRevision: workspace.revision,
    issuedAt: Math.floor(envelope.nowMs / 1000),
    validUntil,
    offlineLimitSeconds,
    policySchemaVersion,
    policy: workspace.policy,
    grant: doors,
    image,
    sealedKeys: envelope.sealedKeys,
  };
}
