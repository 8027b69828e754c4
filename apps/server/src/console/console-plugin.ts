import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type BuiltConsole, type ConsoleFile, readBuiltConsole, readIfThere } from './built-console.ts';

export interface ConsoleOptions {
  /** What Vite built: `apps/console/dist`. Read at the first request; a build made later is found too. */
  readonly folder: string;
}

/** Scripts only from here; styles may be inline because the component library writes some. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Carrel</title>
<body><h1>The console is not built</h1>
<p>The server is running; only its web pages are missing. In the folder of Carrel, run
<code>npm run build -w @carrel/console</code>, then load this page again. The command line
(<code>carrel --help</code>) works without it.</p></body></html>
`;

/** Paths that belong to others: what they do not know is not a page of the console. */
const notPages = /^\/(api|v2|healthz|readyz|metrics)(\/|$)/;

/**
 * Fastify plugin: the web console at `/`. Files with a hash in their name are cached for ever, the page is asked for
 * anew each time. A path that is no file is answered with the page when a browser asks for one, since the console
 * has addresses of its own.
 */
export function consolePlugin(app: FastifyInstance, { folder }: ConsoleOptions): void {
  let built: Promise<BuiltConsole | undefined> | undefined;
  const find = async (): Promise<BuiltConsole | undefined> => {
    built ??= readBuiltConsole(folder);
    try {
      const found = await built;
      if (!found) built = undefined;
      return found;
    } catch (error) {
      built = undefined;
      throw error;
    }
  };

  app.get('/*', async (request, reply) => {
    const path = pathOf(request);
    if (notPages.test(path)) return callNotFound(reply);
    const console = await find();
    const file = console?.files.get(path);
    if (file) {
      const content = await readIfThere(file.path);
      if (content) return sendFile(file, content, request, reply);
      // Built anew since: the next request reads what is there now.
      built = undefined;
      return callNotFound(reply);
    }
    if (path !== '/' && !(acceptsPage(request) && !path.startsWith('/assets/'))) return callNotFound(reply);
    void reply.headers({ 'content-security-policy': contentSecurityPolicy, 'cache-control': 'no-cache' });
    void reply.type('text/html; charset=utf-8');
    if (!console) return reply.code(503).header('cache-control', 'no-store').send(notBuilt);
    return sendTagged(console.page, request, reply);
  });
}

function sendFile(
  file: ConsoleFile,
  content: Buffer,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  void reply
    .type(file.mediaType)
    .header('content-security-policy', contentSecurityPolicy)
    .header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  return sendTagged(content, request, reply);
}

function sendTagged(content: Buffer, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const entityTag = `"${createHash('sha256').update(content).digest('base64url')}"`;
  void reply.header('etag', entityTag);
  if (request.headers['if-none-match'] === entityTag) return reply.code(304).send();
  return reply.send(content);
}

function callNotFound(reply: FastifyReply): FastifyReply {
  reply.callNotFound();
  return reply;
}

function pathOf(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0] ?? '/';
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}

function acceptsPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html');
}
