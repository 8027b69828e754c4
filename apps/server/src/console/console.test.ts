import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { consolePlugin } from './console-plugin.ts';

let folder: string;
let app: FastifyInstance;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-console-'));
  app = fastify();
  app.setNotFoundHandler((_request, reply) => reply.code(404).send('nothing here'));
  await app.register(consolePlugin, { folder: join(folder, 'dist') });
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

async function build(): Promise<void> {
  await mkdir(join(folder, 'dist', 'assets'), { recursive: true });
  await writeFile(join(folder, 'dist', 'index.html'), '<title>Carrel</title>');
  await writeFile(join(folder, 'dist', 'carrel.svg'), '<svg/>');
  await writeFile(join(folder, 'dist', 'assets', 'index-Bx81_k2a.js'), 'start()');
  await writeFile(join(folder, 'secret.txt'), 'not for you');
}

const browser = { accept: 'text/html,application/xhtml+xml' };
const ask = (url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  app.inject({ url, headers });

describe('the built console', () => {
  beforeEach(build);

  test('its page is asked for anew each time and may run only its own scripts', async () => {
    const answer = await ask('/', browser);
    expect([answer.statusCode, answer.body]).toEqual([200, '<title>Carrel</title>']);
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    const again = await ask('/', { ...browser, 'if-none-match': String(answer.headers.etag) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  test('files with a hash in their name are cached for ever, others are not', async () => {
    const script = await ask('/assets/index-Bx81_k2a.js');
    expect([script.statusCode, script.body]).toEqual([200, 'start()']);
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await ask('/carrel.svg')).headers['cache-control']).toBe('no-cache');
  });

  test('addresses of the console are answered with its page', async () => {
    for (const url of ['/images', '/images/42?tab=versions', '/index.html']) {
      expect((await ask(url, browser)).body).toBe('<title>Carrel</title>');
    }
  });

  test.each([
    ['/api/v1/nothing', browser],
    ['/v2/', browser],
    ['/metrics', browser],
    ['/assets/gone-12345678.js', browser],
    ['/images', { accept: 'application/json' }],
    ['/../secret.txt', {}],
    ['/%2e%2e/secret.txt', {}],
    ['/..%2fsecret.txt', {}],
    ['/assets/%2e%2e%2f%2e%2e%2fsecret.txt', {}],
    ['/%00', {}],
    ['/%zz', {}],
  ])('%s is not the console', async (url, headers) => {
    const answer = await ask(url, headers);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain('not for you');
    expect(answer.body).not.toContain('Carrel');
  });
});

test('a file that a new build took away is not found, and the new page is there afterwards', async () => {
  await build();
  expect((await ask('/', browser)).statusCode).toBe(200);
  await rm(join(folder, 'dist'), { recursive: true });
  await build();
  await rm(join(folder, 'dist', 'assets', 'index-Bx81_k2a.js'));
  await writeFile(join(folder, 'dist', 'index.html'), '<title>Newer</title>');
  expect((await ask('/assets/index-Bx81_k2a.js')).statusCode).toBe(404);
  expect((await ask('/', browser)).body).toBe('<title>Newer</title>');
});

test('a console that is not built says so, and is there as soon as it is', async () => {
  const before = await ask('/', browser);
  expect(before.statusCode).toBe(503);
  expect(before.body).toContain('npm run build -w @carrel/console');
  await build();
  expect((await ask('/', browser)).body).toBe('<title>Carrel</title>');
});
