import { describe, expect, it } from 'vitest';
import { leaseKeysSchema, leaseSchema } from './lease.ts';

const id = '0190a000-0000-7000-8000-000000000001';

/** As servers signed it before grants opened doors. */
const firstVersion = {
  leaseId: id,
  issuer: 'instance-1',
  deviceId: id,
  userId: id,
  userName: 'ada',
  workspaceId: id,
  workspaceName: 'Accounting',
  workspaceRevision: 1,
  issuedAt: 0,
  validUntil: null,
  offlineLimitSeconds: 3600,
  policySchemaVersion: 1,
  policy: { general: { supportContact: '' }, virtualMachine: { persistence: 'revertible' } },
  image: {
    name: 'tiny',
    version: 1,
    reference: 'server:tiny:1',
    manifestDigest: `sha256:${'a'.repeat(64)}`,
    keyId: '0123456789abcdef',
    virtualSizeBytes: 1024,
    machine: {},
  },
  sealedKeys: 'sealed',
};

describe('a lease of version 1', () => {
  it('is read as one that leaves newer settings at their defaults', () => {
    const lease = leaseSchema.parse(firstVersion);
    expect(lease.grant).toEqual({
      deletion: { whenDisabled: false, whenExpired: false, whenOfflineTooLong: false },
      clipboard: 'both',
      fileTransfer: {
        toWorkspace: { isAllowed: false, command: null, extensions: null },
        toHost: { isAllowed: false, command: null, extensions: null },
      },
      isPrintingAllowed: true,
      isOpticalDriveAllowed: false,
    });
    expect(lease.policy.virtualMachine.updateMode).toBe('suggest');
  });

  it('has keys without secrets', () => {
    const keys = { repositoryKey: 'A'.repeat(43), diskKey: 'B'.repeat(43) };
    expect(leaseKeysSchema.parse(keys)).toEqual({ ...keys, secrets: {} });
  });
});

describe('a lease of a version to come', () => {
  it('is not guessed at', () => {
    expect(leaseSchema.safeParse({ ...firstVersion, policySchemaVersion: 3 }).success).toBe(false);
  });
});
