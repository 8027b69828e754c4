import { describe, expect, it } from 'vitest';
import {
  createApiClient,
  deviceEventSchema,
  errorCatalogue,
  eventCatalogue,
  fail,
  permissionsOf,
  problemContentType,
  renderEvent,
  roles,
  routes,
  toProblem,
  workspacePolicySchema,
} from './index.ts';

const workspaceId = '0190a000-0000-7000-8000-000000000001';

describe('the route table', () => {
  const all = Object.entries(routes);

  it('names each operation as its key, once per method and path', () => {
    for (const [key, route] of all) expect(route.id).toBe(key);
    const addresses = all.map(([, route]) => `${route.method} ${route.path}`);
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it('declares exactly the parameters its path has', () => {
    for (const [, route] of all) {
      const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const declared = 'params' in route ? Object.keys(route.params.shape) : [];
      expect(declared.toSorted(), route.id).toEqual(inPath.toSorted());
    }
  });

  it('answers 204 exactly where there is nothing to answer', () => {
    for (const [, route] of all) {
      expect('response' in route || 'streams' in route, route.id).toBe(route.status !== 204);
    }
  });
});

describe('the catalogues', () => {
  it('give every error a sentence and a way on', () => {
    for (const [code, definition] of Object.entries(errorCatalogue)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(definition.message, code).toMatch(/[.}]$/);
      expect(definition.remedy, code).toMatch(/^[A-Z].*[.}]|^As root, run: /);
    }
  });

  it('mention in an event sentence only fields the event has', () => {
    for (const [code, definition] of Object.entries(eventCatalogue)) {
      const mentioned = [...definition.template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(Object.keys(definition.fields), code).toEqual(expect.arrayContaining(mentioned));
    }
  });

  it('render an event, and leave what it lacks visible', () => {
    expect(renderEvent('AGENT-002', { agentVersion: '1.2' })).toBe('The agent 1.2 started.');
    expect(renderEvent('AGENT-002', {})).toBe('The agent {agentVersion} started.');
  });

  it('refuse an event with missing or foreign fields', () => {
    const event = {
      sequence: 1,
      code: 'AGENT-003',
      clientTime: '2026-01-01T00:00:00.000Z',
      user: 'SYSTEM',
      workspaceId,
      guestName: null,
    };
    expect(deviceEventSchema.safeParse({ ...event, fields: {} }).success).toBe(true);
    expect(deviceEventSchema.safeParse({ ...event, fields: { extra: 1 } }).success).toBe(false);
    expect(deviceEventSchema.safeParse({ ...event, code: 'AGENT-002', fields: {} }).success).toBe(false);
  });
});

describe('permissions', () => {
  it('are the union of the roles, and none without a role', () => {
    expect(permissionsOf([])).toEqual(new Set());
    expect(permissionsOf(['administrator'])).toEqual(new Set(roles.administrator));
    expect(permissionsOf(['read-only']).has('workspaces.edit')).toBe(false);
  });
});

describe('the workspace policy', () => {
  it('has a default for every setting, and refuses unknown ones', () => {
    expect(workspacePolicySchema.parse({}).virtualMachine.persistence).toBe('revertible');
    expect(workspacePolicySchema.safeParse({ virtualMachine: { cpu: 1 } }).success).toBe(false);
  });
});

describe('the client', () => {
  const answer = (status: number, body: unknown, type = 'application/json') =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
  const clientFor = (response: Response | Error, seen: { url?: string; init?: RequestInit } = {}) =>
    createApiClient({
      origin: 'https://server.test',
      fetch: (url, init) => {
        seen.url = url;
        seen.init = init;
        return response instanceof Error ? Promise.reject(response) : Promise.resolve(response);
      },
    });

  it('fills path and query, sends the revision, and parses the answer', async () => {
    const seen: { url?: string; init?: RequestInit } = {};
    const channel = {
      name: 'pilot',
      versionNumber: 2,
      revision: 4,
      updatedAt: '2026-01-01T00:00:00.000Z',
      updatedBy: 'ada',
    };
    const result = await clientFor(answer(200, channel), seen).call(routes.moveChannel, {
      params: { imageId: workspaceId, channel: 'pilot' },
      body: { versionNumber: 2 },
      revision: 3,
    });
    expect(result).toEqual(channel);
    expect(seen.url).toBe(`https://server.test/api/v1/images/${workspaceId}/channels/pilot`);
    expect(seen.init?.headers).toMatchObject({ 'if-match': '"3"' });
  });

  it('turns a problem document back into the error it was', async () => {
    const sent = fail('NAME_TAKEN', { kind: 'image', name: 'tiny' });
    const client = clientFor(answer(409, toProblem(sent), problemContentType));
    await expect(client.call(routes.createImage, { body: { name: 'tiny' } })).rejects.toMatchObject({
      code: 'NAME_TAKEN',
      message: sent.message,
      remedy: sent.remedy,
      exitCode: 5,
    });
  });

  it('says that the server does not answer, or not as the contract says', async () => {
    const down = clientFor(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }));
    await expect(down.call(routes.getInstance, {})).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED') as string,
      retryable: true,
    });
    for (const strange of [
      answer(200, { nothing: true }),
      answer(502, 'no'),
      new Response('<html>', { status: 200 }),
    ]) {
      await expect(clientFor(strange).call(routes.getInstance, {})).rejects.toMatchObject({
        code: 'ANSWER_INVALID',
      });
    }
  });
});
