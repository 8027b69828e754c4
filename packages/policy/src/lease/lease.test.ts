import { generateKeyPairSync } from 'node:crypto';
import { type Lease, leaseSchema } from '@carrel/contract';
import type { DeviceId } from '@carrel/kit';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  evaluateLease,
  type LeaseSigningKey,
  offlineRetryWindowMs,
  openSealedKeys,
  sealKeys,
  signLease,
  verifyLease,
  warningThresholdsMs,
} from '../index.ts';

const ids = ['0', '1', '2', '3'].map((digit) => `0190a000-0000-7000-8000-00000000000${digit}`);
const issuedAt = 1_700_000_000;

function makeLease(changes: Partial<Record<keyof Lease, unknown>> = {}): Lease {
  return leaseSchema.parse({
    leaseId: ids[0],
    issuer: 'instance-1',
    deviceId: ids[1],
    userId: ids[2],
    userName: 'ada',
    workspaceId: ids[3],
    workspaceName: 'Accounting',
    workspaceRevision: 1,
    issuedAt,
    validUntil: issuedAt + 86_400,
    offlineLimitSeconds: 3600,
    policySchemaVersion: 1,
    policy: {},
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
    ...changes,
  });
}

function makeSigningKey(kid: string): LeaseSigningKey {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (x === undefined || d === undefined) throw new Error('no key');
  return { kty: 'OKP', crv: 'Ed25519', kid, x, d };
}

const key = makeSigningKey('k1');
const expected = {
  keys: [{ kty: key.kty, crv: key.crv, x: key.x, kid: key.kid }],
  issuer: 'instance-1',
  deviceId: makeLease().deviceId,
};

describe('a signed lease', () => {
  let token: string;
  beforeAll(async () => {
    token = await signLease(makeLease(), key);
  });

  it('comes back as it was signed', async () => {
    await expect(verifyLease(token, expected)).resolves.toEqual(makeLease());
  });

  it('is refused when any character is changed', async () => {
    const positions = fc.integer({ min: 0, max: token.length - 1 });
    await fc.assert(
      fc.asyncProperty(positions, async (position) => {
        const replacement = token[position] === 'A' ? 'B' : 'A';
        const altered = token.slice(0, position) + replacement + token.slice(position + 1);
        // The last character of base64url carries unused bits, so a change there may decode to the same bytes.
        fc.pre(!sameBytes(altered, token));
        await expect(verifyLease(altered, expected)).rejects.toMatchObject({
          code: 'LEASE_SIGNATURE_INVALID',
        });
      }),
      { numRuns: 200 },
    );
  });

  it('is refused when another key of the same name signed it', async () => {
    const forged = await signLease(makeLease(), makeSigningKey('k1'));
    await expect(verifyLease(forged, expected)).rejects.toMatchObject({ code: 'LEASE_SIGNATURE_INVALID' });
  });

  it('is refused on another device', async () => {
    const other = { ...expected, deviceId: ids[0] as DeviceId };
    await expect(verifyLease(token, other)).rejects.toMatchObject({ code: 'LEASE_OTHER_DEVICE' });
  });

  it('is refused when another instance issued it', async () => {
    const other = { ...expected, issuer: 'instance-2' };
    await expect(verifyLease(token, other)).rejects.toMatchObject({ code: 'LEASE_SIGNATURE_INVALID' });
  });

  it('is refused when it is not a token at all', async () => {
    for (const nonsense of ['', 'a.b.c', '....', '{}', 'eyJhbGciOiJub25lIn0.e30.']) {
      await expect(verifyLease(nonsense, expected)).rejects.toMatchObject({
        code: 'LEASE_SIGNATURE_INVALID',
      });
    }
  });
});

describe('sealed keys', () => {
  const keys = { repositoryKey: 'A'.repeat(43), diskKey: 'B'.repeat(43), secrets: {} };
  const makeDeviceKey = () => {
    const { x, d } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
    if (x === undefined || d === undefined) throw new Error('no key');
    return { kty: 'OKP', crv: 'X25519', x, d } as const;
  };
  const device = makeDeviceKey();

  it('open on the device they were sealed to, and nowhere else', async () => {
    const sealed = await sealKeys(keys, { kty: 'OKP', crv: 'X25519', x: device.x });
    await expect(openSealedKeys(sealed, device)).resolves.toEqual(keys);
    await expect(openSealedKeys(sealed, makeDeviceKey())).rejects.toMatchObject({
      code: 'LEASE_SIGNATURE_INVALID',
    });
    expect(sealed).not.toContain(keys.diskKey);
  });
});

describe('judging a lease', () => {
  const online = {
    trustedNowMs: issuedAt * 1000,
    offlineMs: 0,
    contactFailingMs: 0,
    purpose: 'run',
  } as const;

  it('is valid while in contact and unexpired', () => {
    expect(evaluateLease(makeLease(), online)).toMatchObject({ outcome: 'valid', endsAs: 'LEASE_EXPIRED' });
  });

  it('ends at validUntil, to the millisecond', () => {
    const endMs = (issuedAt + 86_400) * 1000;
    expect(evaluateLease(makeLease(), { ...online, trustedNowMs: endMs - 1 })).toMatchObject({
      outcome: 'valid',
    });
    expect(evaluateLease(makeLease(), { ...online, trustedNowMs: endMs + 7 })).toEqual({
      outcome: 'ended',
      code: 'LEASE_EXPIRED',
      overdueMs: 7,
    });
  });

  it('ends when the offline limit is reached, also if the failing contact is only just noticed', () => {
    const facts = { ...online, offlineMs: 3_600_000, contactFailingMs: 1 };
    expect(evaluateLease(makeLease(), facts)).toMatchObject({
      outcome: 'ended',
      code: 'LEASE_OFFLINE_TOO_LONG',
    });
    expect(evaluateLease(makeLease(), { ...facts, contactFailingMs: 0 })).toMatchObject({ outcome: 'ended' });
  });

  it('gives a running guest the retry window where offline use is forbidden, and a start none', () => {
    const lease = makeLease({ offlineLimitSeconds: 0 });
    const failing = { ...online, contactFailingMs: 1000 };
    expect(evaluateLease(lease, failing)).toMatchObject({
      outcome: 'valid',
      remainingMs: offlineRetryWindowMs - 1000,
      endsAs: 'LEASE_OFFLINE_FORBIDDEN',
    });
    expect(evaluateLease(lease, { ...failing, purpose: 'start' })).toMatchObject({ outcome: 'ended' });
    expect(evaluateLease(lease, { ...failing, contactFailingMs: offlineRetryWindowMs })).toMatchObject({
      outcome: 'ended',
    });
  });

  it('is not yet valid on a computer whose trusted time is before it was issued', () => {
    const facts = { ...online, trustedNowMs: (issuedAt - 3600) * 1000 };
    expect(evaluateLease(makeLease(), facts)).toMatchObject({
      outcome: 'ended',
      code: 'LEASE_NOT_YET_VALID',
    });
  });

  it('lasts without contact for ever where there is no offline limit', () => {
    const lease = makeLease({ offlineLimitSeconds: null, validUntil: null });
    const years = 30 * 365 * 86_400_000;
    const facts = {
      ...online,
      trustedNowMs: issuedAt * 1000 + years,
      offlineMs: years,
      contactFailingMs: years,
    };
    expect(evaluateLease(lease, facts)).toEqual({
      outcome: 'valid',
      remainingMs: null,
      endsAs: null,
      warningMs: null,
    });
  });

  it('warns at the smallest threshold passed', () => {
    const endMs = (issuedAt + 86_400) * 1000;
    for (const threshold of warningThresholdsMs) {
      const facts = { ...online, trustedNowMs: Math.max(issuedAt * 1000, endMs - threshold) };
      if (endMs - facts.trustedNowMs !== threshold) continue;
      expect(evaluateLease(makeLease(), facts)).toMatchObject({ warningMs: threshold });
    }
  });

  it('does not warn of an offline limit as soon as that begins to run', () => {
    const lease = makeLease({ validUntil: null, offlineLimitSeconds: 86_400 });
    const offline = (offlineMs: number) =>
      evaluateLease(lease, { ...online, offlineMs, contactFailingMs: 1 });
    expect(offline(1)).toMatchObject({ endsAs: 'LEASE_OFFLINE_TOO_LONG', warningMs: null });
    expect(offline(23 * 3_600_000)).toMatchObject({ warningMs: 3_600_000 });
  });

  it('never becomes valid again as time passes without contact', () => {
    const step = fc.integer({ min: 0, max: 10 * 86_400_000 });
    fc.assert(
      fc.property(step, step, fc.integer({ min: 0, max: 7200 }), (first, second, offlineLimitSeconds) => {
        const lease = makeLease({ offlineLimitSeconds });
        const at = (passedMs: number) =>
          evaluateLease(lease, {
            trustedNowMs: issuedAt * 1000 + passedMs,
            offlineMs: passedMs,
            contactFailingMs: passedMs,
            purpose: 'run',
          });
        if (at(first).outcome === 'ended') expect(at(first + second).outcome).toBe('ended');
      }),
    );
  });
});

function sameBytes(a: string, b: string): boolean {
  const bytes = (text: string) =>
    text.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex'));
  return bytes(a).join('.') === bytes(b).join('.');
}
