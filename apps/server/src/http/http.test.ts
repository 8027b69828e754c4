import { type Problem, problemSchema, type Route, routes } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';
import { bodyLimitOf } from './body-limits.ts';

describe('what the server answers', () => {
  let server: TestServer;
  let token: string;
  beforeAll(async () => {
    server = await startTestServer('sqlite');
    token = await server.signIn('admin', server.administratorPassword);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const send = (path: string, init: RequestInit = {}): Promise<Response> =>
    server.connection.send(path, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string> | undefined) },
    });
  const post = (path: string, body: string, type = 'application/json'): Promise<Response> =>
    send(path, { method: 'POST', body, headers: { 'content-type': type } });
  async function problemOf(answer: Response): Promise<Problem> {
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = problemSchema.parse(await answer.json());
    expect(problem.status).toBe(answer.status);
    return problem;
  }

  it.each([
    ['an address that is none', () => send('/api/v1/nothing'), 'NOT_FOUND', 404],
    ['a thing that is not there', () => send(`/api/v1/devices/${crypto.randomUUID()}`), 'NOT_FOUND', 404],
    ['an id that is none', () => send('/api/v1/devices/17'), 'REQUEST_INVALID', 400],
    ['a query out of range', () => send('/api/v1/users?limit=0'), 'REQUEST_INVALID', 400],
    ['JSON that is none', () => post('/api/v1/groups', '{"name":'), 'REQUEST_INVALID', 400],
    ['another type of body', () => post('/api/v1/groups', 'name=x', 'text/plain'), 'REQUEST_INVALID', 400],
    ['a missing field', () => post('/api/v1/groups', '{}'), 'REQUEST_INVALID', 400],
    ['a field too many', () => post('/api/v1/groups', '{"name":"x","admin":true}'), 'REQUEST_INVALID', 400],
    ['no body', () => send('/api/v1/groups', { method: 'POST' }), 'REQUEST_INVALID', 400],
    ['a path that cannot be decoded', () => send('/api/v1/devices/%ff'), 'REQUEST_INVALID', 400],
  ])('to %s', async (_name, request, code, status) => {
    expect(await problemOf(await request())).toMatchObject({ code, status });
  });

  it('names the field that is wrong', async () => {
    const problem = await problemOf(
      await post('/api/v1/users', '{"userName":"a b","password":"long enough!"}'),
    );
    expect(problem.details['reason']).toContain('userName');
  });

  it('refuses a body beyond the limit of its operation, and takes one just below', async () => {
    const limit = bodyLimitOf('createGroup');
    const padded = (size: number): string => `{"name":"x"${' '.repeat(size - 12)}}`;
    expect((await post('/api/v1/groups', padded(limit))).status).toBe(201);
    expect(await problemOf(await post('/api/v1/groups', padded(limit + 1)))).toMatchObject({
      code: 'REQUEST_TOO_LARGE',
      status: 413,
    });
  });

  it('does not read the body of somebody who may not call', async () => {
    const answer = await server.connection.send('/api/v1/groups', {
      method: 'POST',
      body: `{"name":"${'x'.repeat(bodyLimitOf('createGroup') + 1)}"}`,
      headers: { 'content-type': 'application/json' },
    });
    expect(await problemOf(answer)).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
  });

  it('says no more than an id of a failure nobody foresaw', async () => {
    const { queries } = server.services.database;
    await queries
      .insertInto('settings')
      .values({ name: 'contact.policySeconds', valueJson: '"a secret"' })
      .execute();
    const answer = await send('/api/v1/devices');
    const problem = await problemOf(answer);
    await queries.deleteFrom('settings').where('name', '=', 'contact.policySeconds').execute();
    expect(problem).toMatchObject({ code: 'INTERNAL', status: 500 });
    expect(problem.details['requestId']).toBe(answer.headers.get('x-request-id'));
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it('carries the headers that keep browsers careful', async () => {
    for (const path of ['/healthz', '/api/v1/session', '/api/v1/nothing']) {
      const { headers } = await send(path);
      expect(headers.get('strict-transport-security'), path).toContain('max-age=');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
    }
    expect((await send('/api/v1/session')).headers.get('cache-control')).toBe('no-store');
  });

  describe('to those who run it', () => {
    it('that it serves and is ready', async () => {
      expect((await server.connection.send('/healthz')).status).toBe(200);
      expect(await (await server.connection.send('/readyz')).json()).toEqual({ status: 'ready' });
    });

    it('what it measured: to programs on its computer, or with the token', async () => {
      const metrics = (headers: Record<string, string> = {}): Promise<Response> =>
        server.connection.send('/metrics', { headers });
      const text = await (await metrics()).text();
      expect(text).toMatch(/carrel_http_request_duration_seconds_count\{[^}]*operation="createGroup"/);
      expect(text).toContain('carrel_devices');
      expect((await metrics({ 'x-forwarded-for': '10.0.0.1' })).status).toBe(401);
      expect((await metrics({ authorization: 'Bearer guess' })).status).toBe(401);
      const { metricsToken } = server.services.instance;
      const authorization = `Bearer ${metricsToken}`;
      expect((await metrics({ authorization, 'x-forwarded-for': '10.0.0.1' })).status).toBe(200);
    });

    it('its API as OpenAPI and as a page that loads nothing from elsewhere', async () => {
      const document = (await (await server.connection.send('/api/openapi.json')).json()) as {
        openapi: string;
        paths: Record<string, Record<string, { operationId: string; 'x-permission'?: string }>>;
      };
      expect(document.openapi).toMatch(/^3\.1/);
      for (const route of Object.values<Route>(routes)) {
        const operation = document.paths[route.path]?.[route.method.toLowerCase()];
        expect(operation?.operationId).toBe(route.id);
        const permission = route.access.kind === 'permission' ? route.access.permission : undefined;
        expect(operation?.['x-permission']).toBe(permission);
      }
      const page = await server.connection.send('/api/reference/');
      expect(page.status).toBe(200);
      const html = await page.text();
      expect(html).toContain('/api/openapi.json');
      expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("script-src 'self' 'sha256-");
      const [, script = ''] = /<script src="([^"]+)"/.exec(html) ?? [];
      const served = await server.connection.send(
        new URL(script, `${server.connection.origin}/api/reference/`).pathname,
      );
      expect([served.status, served.headers.get('content-type')]).toEqual([
        200,
        expect.stringContaining('javascript'),
      ]);
    });
  });
});
