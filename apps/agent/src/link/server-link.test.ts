import { createHash, createPublicKey, generateKeyPairSync, randomUUID, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  type DeviceProofClaims,
  deviceProofClaimsSchema,
  fail,
  intervalsSchema,
  problemContentType,
  routes,
  toProblem,
} from '@carrel/contract';
import { findAuthority } from '@carrel/contract/node';
import type { DeviceId } from '@carrel/kit';
import { jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Enrolment } from '../identity/enrolment.ts';
import { createServerLink, type ServerLink } from './server-link.ts';
import { makeCertificate, serveTls, type TestCertificate } from './testing/tls-server.ts';

const deviceId = randomUUID() as string as DeviceId;
const { privateKey } = generateKeyPairSync('ed25519');
const event = {
  sequence: 1,
  code: 'AGENT-003' as const,
  clientTime: '2026-01-01T00:00:00.000Z',
  user: 'SYSTEM',
  workspaceId: null,
  guestName: null,
  fields: {},
};

let folder: string;
let own: TestCertificate;
let foreign: TestCertificate;
let opened: AsyncDisposableStack;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-link-'));
  own = await makeCertificate(folder, 'own');
  foreign = await makeCertificate(folder, 'foreign');
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  opened = new AsyncDisposableStack();
});
afterEach(() => opened.disposeAsync());

async function serve(certificate: TestCertificate, listener: RequestListener): Promise<string> {
  return opened.use(await serveTls(certificate, listener)).origin;
}

const present = (): number => Date.now();

function link(server: string, { nowMs = present, trustedNowMs = present, authority = own } = {}): ServerLink {
  const enrolment: Enrolment = {
    deviceId,
    instanceId: 'instance',
    server,
    authority: authority.certificate,
    authorityFingerprint: fingerprintOf(authority),
    leaseKeys: { keys: [] },
    intervals: intervalsSchema.parse({}),
  };
  return opened.use(createServerLink(enrolment, () => privateKey, { nowMs, trustedNowMs }));
}

function fingerprintOf({ certificate }: TestCertificate): string {
  return createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex');
}

/** The claims of a request's proof, whatever time it says. */
async function claimsOf(authorization: string | undefined): Promise<DeviceProofClaims> {
  const token = authorization?.replace('Bearer ', '') ?? '';
  const result = await jwtVerify(token, createPublicKey(privateKey), {
    typ: 'carrel-device+jwt',
    audience: 'instance',
    currentDate: new Date(0),
  });
  expect(result.protectedHeader.kid).toBe(deviceId);
  return deviceProofClaimsSchema.parse(result.payload);
}

const acknowledge = (sequence: number): string => JSON.stringify({ acknowledgedSequence: sequence });

describe('link to the server', () => {
  it('proves each request anew, with its method, path and body', async () => {
    const seen: DeviceProofClaims[] = [];
    const bodies: string[] = [];
    const origin = await serve(own, (request, answer) => {
      void (async () => {
        bodies.push(await text(request));
        seen.push(await claimsOf(request.headers.authorization));
        answer.setHeader('content-type', 'application/json').end(acknowledge(1));
      })();
    });
    const client = link(origin);
    await client.call(routes.sendEvents, { body: { events: [event] } });
    await client.call(routes.sendEvents, { body: { events: [event] } });
    expect(seen[0]).toMatchObject({ htm: 'POST', htu: '/api/v1/endpoint/events' });
    expect(seen[0]?.bh).toBe(
      createHash('sha256')
        .update(bodies[0] ?? '')
        .digest('base64url'),
    );
    expect(seen[0]?.jti).not.toBe(seen[1]?.jti);
  });

  it('corrects a wrong clock by what the server says, and tries once more', async () => {
    const times: number[] = [];
    const serverMs = Date.now();
    const origin = await serve(own, (request, answer) => {
      void (async () => {
        await text(request);
        const { iat } = await claimsOf(request.headers.authorization);
        times.push(iat * 1000 - serverMs);
        answer.setHeader('date', new Date(serverMs).toUTCString());
        if (Math.abs(iat * 1000 - serverMs) < 60_000) {
          answer.end(acknowledge(1));
          return;
        }
        const problem = toProblem(fail('DEVICE_PROOF_INVALID', { reason: 'it has expired' }));
        answer.writeHead(401, { 'content-type': problemContentType }).end(JSON.stringify(problem));
      })();
    });
    const yesterday = link(origin, { nowMs: () => serverMs - 86_400_000 });
    await yesterday.call(routes.sendEvents, { body: { events: [event] } });
    await yesterday.call(routes.sendEvents, { body: { events: [event] } });
    expect(times.map((offsetMs) => Math.abs(offsetMs) < 60_000)).toEqual([false, true, true]);
  });

  it('hears how long the server wants to be left alone', async () => {
    const origin = await serve(own, (_request, answer) => {
      answer.writeHead(503, { 'retry-after': '120' }).end();
    });
    const client = link(origin);
    await expect(client.call(routes.sendEvents, { body: { events: [event] } })).rejects.toMatchObject({
      code: 'ANSWER_INVALID',
    });
    expect(client.takeRetryAfterMs()).toBe(120_000);
    expect(client.takeRetryAfterMs()).toBeUndefined();
  });

  it('believes no other authority than the pinned one', async () => {
    let requests = 0;
    const origin = await serve(foreign, (_request, answer) => {
      requests += 1;
      answer.end(acknowledge(1));
    });
    await expect(link(origin).call(routes.sendEvents, { body: { events: [event] } })).rejects.toMatchObject({
      code: 'SERVER_NOT_TRUSTED',
    });
    expect(requests).toBe(0);
  });

  it('blames the clock, not the server, for a certificate that does not hold at the time it says', async () => {
    const dayMs = 86_400_000;
    const cases = [
      { name: 'future', madeIn: 10, problem: 'is not valid yet' },
      { name: 'past', madeIn: -10, problem: 'has expired' },
    ] as const;
    for (const { name, madeIn, problem } of cases) {
      const authority = await makeCertificate(folder, name, madeIn);
      const origin = await serve(authority, (_request, answer) => answer.end(acknowledge(1)));
      const call = (trustedNowMs: () => number): Promise<unknown> =>
        link(origin, { authority, trustedNowMs }).call(routes.sendEvents, { body: { events: [event] } });
      await expect(call(() => Date.now() + madeIn * dayMs)).rejects.toMatchObject({
        code: 'CLOCK_WRONG',
        details: { server: origin, problem },
      });
      // A clock that is right, or of which nothing better is known.
      await expect(call(present)).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_CURRENT' });
    }
  });

  it('says that nobody answers', async () => {
    const origin = await serve(own, () => undefined);
    await opened.disposeAsync();
    opened = new AsyncDisposableStack();
    await expect(link(origin).call(routes.sendEvents, { body: { events: [event] } })).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
    });
    await expect(findAuthority(new URL(origin), undefined)).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
    });
  });

  it('finds the authority of the fingerprint among what a server presents, or refuses it', async () => {
    const origin = new URL(await serve(own, () => undefined));
    const found = await findAuthority(origin, fingerprintOf(own));
    expect(new X509Certificate(found.pem).raw).toEqual(new X509Certificate(own.certificate).raw);
    await expect(findAuthority(origin, fingerprintOf(foreign))).rejects.toMatchObject({
      code: 'SERVER_NOT_TRUSTED',
    });
  });
});
