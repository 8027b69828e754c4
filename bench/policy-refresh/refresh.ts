import { routes } from '@carrel/contract';
import { z } from 'zod';
import { type connect, createProof, inventory } from '../../apps/server/src/testing/index.ts';
import type { BenchDevice } from './estate.ts';

/** Requests under way at a time; agents spread their contacts, so a server never sees more for long. */
const concurrency = 32;

export interface Refresh {
  readonly seconds: number;
  /** Milliseconds that half, and 95 of 100, of the answers came within. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly leases: number;
}

const answerSchema = z.object({
  users: z.array(z.object({ outcome: z.literal('granted'), leases: z.array(z.string()) })).length(1),
});
const leaseSchema = z.object({ workspaceId: z.string(), workspaceRevision: z.int() });

/** What every answer must hold, so that a fast wrong answer does not count. */
export interface Expected {
  readonly workspaceId: string;
  readonly revision: number;
}

/** Every device makes contact once, with a proof of its own, as fast as the server answers. */
export async function refreshAll(
  connection: ReturnType<typeof connect>,
  instanceId: string,
  devices: readonly BenchDevice[],
  expected: Expected,
): Promise<Refresh> {
  const latenciesMs: number[] = [];
  let leases = 0;
  const queue = devices.values();
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const device of queue) {
        const { headers, body } = await requestOf(device, instanceId);
        const sentMs = performance.now();
        const answer = await connection.send(routes.syncDevice.path, { method: 'POST', headers, body });
        const text = await answer.text();
        latenciesMs.push(performance.now() - sentMs);
        if (answer.status !== 200) throw new Error(`the contact of a device failed: ${text}`);
        leases += checkAnswer(text, expected);
      }
    }),
  );
  const seconds = (performance.now() - startMs) / 1000;
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number): number => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0;
  return { seconds, p50Ms: at(0.5), p95Ms: at(0.95), leases };
}

async function requestOf(device: BenchDevice, instanceId: string) {
  const body = JSON.stringify({ userGrants: [device.userGrant], inventory, workspaces: [] });
  const proof = await createProof({
    deviceId: device.deviceId,
    signingKey: device.keys.signing,
    instanceId,
    method: 'POST',
    path: routes.syncDevice.path,
    body,
    nowMs: Date.now(),
  });
  return { headers: { authorization: `Bearer ${proof}`, 'content-type': 'application/json' }, body };
}

/** @returns how many leases there are */
function checkAnswer(text: string, expected: Expected): number {
  const tokens = answerSchema.parse(JSON.parse(text)).users.flatMap((user) => user.leases);
  const leases = tokens.map((token) =>
    leaseSchema.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())),
  );
  const lease = leases.find(({ workspaceId }) => workspaceId === expected.workspaceId);
  if (lease?.workspaceRevision !== expected.revision) {
    throw new Error(
      `a device was given version ${String(lease?.workspaceRevision)} of everybody's workspace`,
    );
  }
  return leases.length;
}
