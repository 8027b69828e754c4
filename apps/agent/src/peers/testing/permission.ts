import { type Lease, leaseSchema } from '@carrel/contract';
import type { LeaseKeeper } from '../../leases/lease-keeper.ts';

export interface PermissionOptions {
  readonly manifestDigest: string;
  readonly keyId: string;
  /** base64url */
  readonly repositoryKey: string;
  /** CIDR */
  readonly networks: readonly string[];
}

/** A computer's one permission, whose policy switches office peers on and off. */
export class Permission implements Pick<LeaseKeeper, 'list' | 'openKeys'> {
  useOfficePeers = false;
  readonly #options: PermissionOptions;

  constructor(options: PermissionOptions) {
    this.#options = options;
  }

  get lease(): Lease {
    const { manifestDigest, keyId, networks } = this.#options;
    const id = '00000000-0000-7000-8000-000000000001';
    return leaseSchema.parse({
      leaseId: id,
      issuer: 'test',
      deviceId: id,
      userId: id,
      userName: 'anna',
      workspaceId: id,
      workspaceName: 'Desktop',
      workspaceRevision: 1,
      issuedAt: 0,
      validUntil: null,
      offlineLimitSeconds: 0,
      policySchemaVersion: 1,
      policy: {
        delivery: {
          useOfficePeers: this.useOfficePeers,
          officePeersNetworks: networks,
          officePeersUploadRate: 'unlimited',
        },
      },
      image: {
        name: 'disk',
        version: 1,
        reference: 'https://localhost/disk:1',
        manifestDigest,
        keyId,
        virtualSizeBytes: 1,
        machine: {
          firmware: 'bios',
          diskBus: 'virtio',
          networkCard: 'virtio',
          minimumCpus: 1,
          minimumMemoryMiB: 128,
          guestOs: 'linux',
          hasGuestAgent: true,
        },
      },
      sealedKeys: 'sealed',
    });
  }

  list(): Promise<Lease[]> {
    return Promise.resolve([this.lease]);
  }

  openKeys(): ReturnType<LeaseKeeper['openKeys']> {
    const { repositoryKey } = this.#options;
    return Promise.resolve({ repositoryKey, diskKey: repositoryKey, secrets: {} });
  }
}
