import { generateKeyPairSync } from 'node:crypto';
import {
  assignmentSettingsSchema,
  eventCatalogue,
  instanceSettings,
  type Lease,
  leaseSchema,
  newWorkspacePolicySchema,
  policySchemaVersion,
  routes,
  workspaceInputSchema,
} from '@carrel/contract';
import { type LeaseSigningKey, resolveGrants, signLease, verifyLease } from '@carrel/policy';
import { describe, expect, it } from 'vitest';
import { help } from '../../apps/agent/src/parse-arguments.ts';
import { commandHelp } from '../generate/cli-reference.ts';
import { medvSettings } from './index.ts';
import type { AssignmentStand, PolicyStand, Shown, Stand } from './setting-row.ts';

const id = (digit: number): string => `0190a000-0000-7000-8000-00000000000${digit}`;
const key = makeSigningKey();

describe.each(medvSettings)('$title', ({ rows }) => {
  it.each(rows)('$setting', async ({ stand, note }) => {
    switch (stand.kind) {
      case 'policy':
        return showPolicy(stand);
      case 'assignment':
        return showAssignment(stand);
      case 'none': {
        expect(note).toMatch(/\.$/);
        return;
      }
      default:
        return showElsewhere(stand);
    }
  });
});

describe('the table', () => {
  it('names every setting once', () => {
    const names = medvSettings.flatMap(({ title, rows }) =>
      rows.map(({ setting }) => `${title}: ${setting}`),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('leaves out no setting of the policy but those that are new', () => {
    const paths = medvSettings.flatMap(({ rows }) =>
      rows.flatMap(({ stand }) =>
        stand.kind === 'policy' ? [stand.path.replace(/\.\d+(?=\.|$)/g, '')] : [],
      ),
    );
    const isNamed = (path: string): boolean =>
      paths.some((known) => known === path || known.startsWith(`${path}.`));
    expect(leafPaths(newWorkspacePolicySchema.parse({})).filter((path) => !isNamed(path))).toEqual([
      'general.hostVerification.timeoutSeconds',
      'virtualMachine.cpus',
      'virtualMachine.forceAfterHours',
      'virtualMachine.keepPreviousDays',
      'delivery.transferRate',
      'delivery.useOfficePeers',
      'delivery.officePeersUploadRate',
      'delivery.officePeersStoreMiB',
      'delivery.officePeersNetworks',
    ]);
  });
});

/** The value can be said, is not the default, reaches the agent in a lease, and has its effect there. */
async function showPolicy({ path, value, besides = {}, shows }: PolicyStand): Promise<void> {
  const given = structuredClone(besides);
  if (readAt(given, path) === undefined) writeAt(given, path, value);
  const policy = newWorkspacePolicySchema.parse(given);
  expect(readAt(newWorkspacePolicySchema.parse({}), path)).not.toEqual(value);
  const { policy: received } = await sendToAgent({ policy });
  expect(readAt(received, path)).toEqual(value);
  expectShown(shows?.(received));
}

async function showAssignment({ path, value, besides = {}, shows }: AssignmentStand): Promise<void> {
  const given = structuredClone<object>(besides);
  writeAt(given, path, value);
  const settings = assignmentSettingsSchema.parse(given);
  expect(readAt(assignmentSettingsSchema.parse({}), path)).not.toEqual(value);
  const grant = resolveGrants([
    { id: id(1) as never, effect: 'allow', principal: { kind: 'user', id: id(2) as never }, settings },
  ]);
  if (grant.outcome !== 'granted') throw new Error(grant.outcome);
  const { validUntil, offlineLimitSeconds, ...doors } = grant.settings;
  const received = await sendToAgent({ validUntil, offlineLimitSeconds, grant: doors });
  const arrives = readAt(received.grant, path);
  if (arrives !== undefined) expect(arrives).toEqual(value);
  else expect(shows).toBeDefined();
  expectShown(shows?.(received));
}

async function showElsewhere(
  stand: Exclude<Stand, { kind: 'policy' | 'assignment' | 'none' }>,
): Promise<void> {
  switch (stand.kind) {
    case 'command': {
      const text = await commandHelp(stand.command);
      expect(text).toBeDefined();
      if (stand.option !== undefined) expect(text).toContain(` ${stand.option} `);
      return;
    }
    case 'agent-option': {
      expect(help).toContain(stand.option);
      return;
    }
    case 'workspace-field': {
      expect(Object.keys(workspaceInputSchema.shape)).toContain(stand.field);
      return;
    }
    case 'instance-setting': {
      expect(Object.keys(instanceSettings)).toContain(stand.name);
      return;
    }
    case 'route': {
      expect(Object.keys(routes)).toContain(stand.id);
      return;
    }
    case 'event': {
      expect(Object.keys(eventCatalogue)).toContain(stand.code);
      return;
    }
  }
}

function expectShown(shown: Shown = []): void {
  for (const [is, expected] of shown) {
    if (typeof expected === 'object' && expected !== null) expect(is).toMatchObject(expected);
    else expect(is).toBe(expected);
  }
}

/** A lease as the server signs it and the agent takes it in. */
async function sendToAgent(changes: Partial<Lease>): Promise<Lease> {
  const lease = leaseSchema.parse({
    leaseId: id(0),
    issuer: 'instance-1',
    deviceId: id(1),
    userId: id(2),
    userName: 'ada',
    workspaceId: id(3),
    workspaceName: 'Accounting',
    workspaceRevision: 1,
    issuedAt: 0,
    validUntil: null,
    offlineLimitSeconds: null,
    policySchemaVersion,
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
  const token = await signLease(lease, key);
  const { kty, crv, kid, x } = key;
  const keys = [{ kty, crv, kid, x }];
  return verifyLease(token, { keys, issuer: lease.issuer, deviceId: lease.deviceId });
}

function makeSigningKey(): LeaseSigningKey {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (x === undefined || d === undefined) throw new Error('no key');
  return { kty: 'OKP', crv: 'Ed25519', kid: 'k1', x, d };
}

function readAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((node, name) => {
    return typeof node === 'object' && node !== null ? Reflect.get(node, name) : undefined;
  }, value);
}

function writeAt(root: object, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let node = root;
  for (const name of names) {
    const child: unknown = Reflect.get(node, name);
    const next = typeof child === 'object' && child !== null ? child : {};
    Reflect.set(node, name, next);
    node = next;
  }
  Reflect.set(node, last, value);
}

/** Paths of everything that is no object. */
function leafPaths(value: object, parent = ''): string[] {
  return Object.entries(value).flatMap(([name, child]: [string, unknown]) => {
    const path = parent === '' ? name : `${parent}.${name}`;
    const isObject = typeof child === 'object' && child !== null && !Array.isArray(child);
    return isObject ? leafPaths(child, path) : [path];
  });
}
