import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  type ApiClient,
  createApiClient,
  type DeviceEvent,
  deviceProofLifetimeSeconds,
  deviceProofType,
  type Inventory,
  type Route,
  routes,
  sealingKeySchema,
  signingKeySchema,
  type WorkspaceStatus,
} from '@carrel/contract';
import type { DeviceId } from '@carrel/kit';
import { type APIRequestContext, request } from 'playwright-core';
import { z } from 'zod';
import type { Instance } from './instance.ts';

/** A device that reports what a test wants it to, over the real protocol with a key of its own. */
export interface ScriptedDevice extends AsyncDisposable {
  readonly deviceId: DeviceId;
  /** Reports the state of its workspaces. */
  report(workspaces: readonly WorkspaceStatus[]): Promise<void>;
  /** Signs a person in there. @returns the leases the server gives them on this device, as signed */
  leasesFor(userName: string, password: string): Promise<string[]>;
  /** Sends one event; they are numbered here. */
  send(event: Pick<DeviceEvent, 'code' | 'fields'>): Promise<void>;
}

const inventory: Omit<Inventory, 'hostName'> = {
  operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  architecture: 'x86_64',
  cpuCount: 8,
  memoryMiB: 16_384,
  accelerator: 'kvm',
  qemuVersion: '7.2.19',
  storeFreeBytes: 92_000_000_000,
  agentVersion: '0.1.0',
};

/** A token that enrols one device, from the command line. */
export async function newToken(instance: Instance): Promise<string> {
  const answer = await instance.run('device', 'token', '--json');
  return z.object({ token: z.string() }).parse(JSON.parse(answer)).token;
}

/** Enrols a device with the token. */
export async function enrolScriptedDevice(
  url: string,
  token: string,
  hostName: string,
): Promise<ScriptedDevice> {
  const http = await request.newContext({ ignoreHTTPSErrors: true });
  const signing = generateKeyPairSync('ed25519');
  const sealing = generateKeyPairSync('x25519');
  const enrolled = await clientOf(http, url).call(routes.enrolDevice, {
    body: {
      token,
      signingKey: signingKeySchema.parse(signing.publicKey.export({ format: 'jwk' })),
      sealingKey: sealingKeySchema.parse(sealing.publicKey.export({ format: 'jwk' })),
      inventory: { ...inventory, hostName },
    },
  });
  const { deviceId, instanceId } = enrolled;
  const api = clientOf(http, url, (route, address, body) =>
    deviceProof({
      key: signing.privateKey,
      deviceId,
      instanceId,
      route,
      path: new URL(address).pathname,
      body,
    }),
  );
  let sequence = 0;
  return {
    deviceId,
    report: async (workspaces) => {
      const body = { userGrants: [], inventory: { ...inventory, hostName }, workspaces: [...workspaces] };
      await api.call(routes.syncDevice, { body });
    },
    leasesFor: async (userName, password) => {
      const { userGrant } = await api.call(routes.signInAtDevice, { body: { userName, password } });
      const report = { userGrants: [userGrant], inventory: { ...inventory, hostName }, workspaces: [] };
      const [answer] = (await api.call(routes.syncDevice, { body: report })).users;
      return answer?.outcome === 'granted' ? answer.leases : [];
    },
    send: async ({ code, fields }) => {
      sequence += 1;
      const event: DeviceEvent = {
        sequence,
        code,
        fields,
        clientTime: new Date().toISOString(),
        user: 'SYSTEM',
        workspaceId: null,
        guestName: null,
      };
      await api.call(routes.sendEvents, { body: { events: [event] } });
    },
    [Symbol.asyncDispose]: () => http.dispose(),
  };
}

function clientOf(
  http: APIRequestContext,
  origin: string,
  prove?: (route: Route, url: string, body: string | undefined) => string,
): ApiClient {
  return createApiClient({
    origin,
    fetch: async (url, init) => {
      const headers = Object.fromEntries(new Headers(init.headers));
      const data = typeof init.body === 'string' ? { data: init.body } : {};
      const answer = await http.fetch(url, { method: init.method ?? 'GET', headers, ...data });
      const hasBody = answer.status() !== 204;
      return new Response(hasBody ? new Uint8Array(await answer.body()) : null, {
        status: answer.status(),
        headers: answer.headers(),
      });
    },
    headers: (route, url, body) =>
      Promise.resolve(prove ? { authorization: `Bearer ${prove(route, url, body)}` } : {}),
  });
}

interface ProofInput {
  readonly key: KeyObject;
  readonly deviceId: DeviceId;
  readonly instanceId: string;
  readonly route: Route;
  readonly path: string;
  readonly body: string | undefined;
}

/** The bearer token of one request, as docs/device-proof.md describes it. */
function deviceProof({ key, deviceId, instanceId, route, path, body }: ProofInput): string {
  const issuedAt = Math.floor(Date.now() / 1000);
  const header = { alg: 'EdDSA', typ: deviceProofType, kid: deviceId };
  const claims = {
    aud: instanceId,
    iat: issuedAt,
    exp: issuedAt + deviceProofLifetimeSeconds,
    jti: randomBytes(16).toString('base64url'),
    htm: route.method,
    htu: path,
    bh: createHash('sha256')
      .update(body ?? '')
      .digest('base64url'),
  };
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}
