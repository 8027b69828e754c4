import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import {
  type ApiClient,
  type Inventory,
  routes,
  type SealingKey,
  type SigningKey,
  sealingKeySchema,
  signingKeySchema,
} from '@carrel/contract';
import type { DeviceId } from '@carrel/kit';
import { type DeviceSealingKey } from '@carrel/policy';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { TestServer } from './test-server.ts';

export const inventory: Inventory = {
  hostName: 'desk-17',
  operatingSystem: 'Debian 12',
  architecture: 'x64',
  cpuCount: 4,
  memoryMiB: 8192,
  accelerator: 'tcg',
  qemuVersion: '7.2.0',
  storeFreeBytes: 50_000_000_000,
  agentVersion: '0.1.0',
};

export interface DeviceKeys {
  readonly signing: KeyObject;
  readonly signingPublic: SigningKey;
  readonly sealing: DeviceSealingKey;
  readonly sealingPublic: SealingKey;
}

export interface TestDevice {
  readonly deviceId: DeviceId;
  readonly keys: DeviceKeys;
  readonly client: ApiClient;
}

export function createDeviceKeys(): DeviceKeys {
  const signing = generateKeyPairSync('ed25519');
  const sealing = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  const sealingPublic = sealingKeySchema.parse(sealing);
  return {
    signing: signing.privateKey,
    signingPublic: signingKeySchema.parse(signing.publicKey.export({ format: 'jwk' })),
    sealing: { ...sealingPublic, d: z.string().parse(sealing.d) },
    sealingPublic,
  };
}

/** What a proof says; a test that wants a wrong one changes a field. */
export interface ProofParts {
  readonly deviceId: string;
  readonly signingKey: KeyObject;
  readonly instanceId: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly nowMs: number;
  readonly lifetimeSeconds?: number;
  readonly jti?: string;
  readonly type?: string;
}

export async function createProof(parts: ProofParts): Promise<string> {
  const issuedAt = Math.floor(parts.nowMs / 1000);
  const bh = createHash('sha256').update(parts.body).digest('base64url');
  return new SignJWT({ htm: parts.method, htu: parts.path, bh })
    .setProtectedHeader({ alg: 'EdDSA', typ: parts.type ?? 'carrel-device+jwt', kid: parts.deviceId })
    .setAudience(parts.instanceId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + (parts.lifetimeSeconds ?? 60))
    .setJti(parts.jti ?? randomBytes(16).toString('base64url'))
    .sign(parts.signingKey);
}

/** A client that proves to be the device with every call. */
export function deviceClient(server: TestServer, deviceId: DeviceId, keys: DeviceKeys): ApiClient {
  const { instance } = server.services;
  return server.connection.client(async (route, url, body = '') => {
    const { pathname: path } = new URL(url);
    const request = { method: route.method, path, body, nowMs: server.clock.nowMs() };
    const proof = { ...request, deviceId, signingKey: keys.signing, instanceId: instance.id };
    return { authorization: `Bearer ${await createProof(proof)}` };
  });
}

/** A device that is known already: after new keys, or enrolled in another way. */
export function deviceWith(server: TestServer, deviceId: DeviceId, keys: DeviceKeys): TestDevice {
  return { deviceId, keys, client: deviceClient(server, deviceId, keys) };
}

/** Enrols a new device. */
export async function enrolTestDevice(server: TestServer, hostName = 'desk-17'): Promise<TestDevice> {
  const keys = createDeviceKeys();
  const { token } = await server.administrator.call(routes.createEnrolmentToken, { body: {} });
  const { deviceId } = await server.connection.client().call(routes.enrolDevice, {
    body: {
      token,
      signingKey: keys.signingPublic,
      sealingKey: keys.sealingPublic,
      inventory: { ...inventory, hostName },
    },
  });
  return deviceWith(server, deviceId, keys);
}
