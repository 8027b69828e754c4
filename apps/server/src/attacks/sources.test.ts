import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { routes } from '@carrel/contract';
import { createRepositoryKey, formatRepositoryKey } from '@carrel/imaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';

/** A web server that notes what it is asked for. */
interface Watched {
  readonly host: string;
  readonly asked: string[];
  readonly server: Server;
}

describe('references of images that lead inside', () => {
  let server: TestServer;
  let imageId: string;
  let inner: Watched;
  let registry: Watched;
  /** What the registry answers with. */
  let answer: { status: number; headers: Record<string, string> };

  beforeAll(async () => {
    server = await startTestServer('sqlite');
    const image = await server.administrator.call(routes.createImage, { body: { name: 'office' } });
    imageId = image.id;
    inner = await watch(() => ({ status: 200, headers: {} }));
    registry = await watch(() => answer);
  });
  afterAll(async () => {
    for (const watched of [inner, registry]) {
      watched.server.closeAllConnections();
      watched.server.close();
      await once(watched.server, 'close');
    }
    await server[Symbol.asyncDispose]();
  });

  async function watch(answerOf: () => typeof answer): Promise<Watched> {
    const asked: string[] = [];
    const web = createServer((request, response) => {
      asked.push(request.url ?? '');
      const { status, headers } = answerOf();
      response.writeHead(status, headers).end();
    });
    await once(web.listen(0, '127.0.0.1'), 'listening');
    return { host: `127.0.0.1:${(web.address() as AddressInfo).port}`, asked, server: web };
  }

  const allow = (value: string[] | null) =>
    server.administrator.call(routes.setSetting, {
      params: { settingName: 'images.allowedRegistries' },
      body: { value },
    });
  const register = async (reference: string): Promise<string> => {
    const body = {
      reference,
      manifestDigest: `sha256:${'0'.repeat(64)}`,
      repositoryKey: formatRepositoryKey(createRepositoryKey()),
    };
    try {
      await server.administrator.call(routes.createVersion, { params: { imageId }, body });
      return 'registered';
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    }
  };
  const portOf = (watched: Watched): string => watched.host.split(':')[1] ?? '';

  it.each<[string, (port: string) => string]>([
    ['an address of this computer', (port) => `http://127.0.0.1:${port}/office:v1`],
    ['the same written otherwise', (port) => `http://0x7f.1:${port}/office:v1`],
    ['a folder on a web server', (port) => `oci:http://127.0.0.1:${port}/layout:office:v1`],
    ['a name that leads to it', (port) => `http://localhost:${port}/office:v1`],
    ['the metadata of a cloud', () => 'http://169.254.169.254/latest:v1'],
    ['a network inside', () => 'http://10.0.0.1/office:v1'],
    ['a folder of the server', () => 'oci:/etc:office:v1'],
    ['a file', () => 'file:///etc/passwd'],
  ])('%s is not asked', async (_name, referenceOf) => {
    await allow(null);
    const outcome = await register(referenceOf(portOf(inner)));
    expect(['SOURCE_REFUSED', 'REFERENCE_INVALID', 'REQUEST_INVALID']).toContain(outcome);
    expect(inner.asked).toEqual([]);
  });

  it('a registry that is not among those allowed is not asked', async () => {
    await allow(['registry.example']);
    expect(await register(`http://${inner.host}/office:v1`)).toBe('SOURCE_REFUSED');
    expect(inner.asked).toEqual([]);
  });

  it.each<[string, (target: string) => { status: number; headers: Record<string, string> }]>([
    ['redirect', (target) => ({ status: 302, headers: { location: `http://${target}/secret` } })],
    [
      'token server',
      (target) => ({
        status: 401,
        headers: { 'www-authenticate': `Bearer realm="http://${target}/token",service="x"` },
      }),
    ],
    [
      'redirect to a name',
      (target) => ({
        status: 307,
        headers: { location: `http://localhost:${target.split(':')[1] ?? ''}/secret` },
      }),
    ],
  ])('a registry that is allowed leads nowhere inside by a %s', async (_name, answerOf) => {
    await allow([registry.host]);
    answer = answerOf(inner.host);
    registry.asked.length = 0;
    expect(await register(`http://${registry.host}/office:v1`)).toBe('SOURCE_REFUSED');
    expect(registry.asked.length).toBeGreaterThan(0);
    expect(inner.asked).toEqual([]);
  });

  it('writes every attempt down', async () => {
    const { items } = await server.administrator.call(routes.listAudit, {
      query: { action: 'createVersion', outcome: 'denied', limit: 100 },
    });
    expect(items.length).toBeGreaterThanOrEqual(9);
    expect(new Set(items.map(({ details }) => details['code']))).toEqual(new Set(['SOURCE_REFUSED']));
  });
});
