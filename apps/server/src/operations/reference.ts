import { createHash } from 'node:crypto';
import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { buildOpenApiDocument } from '../openapi.ts';

const referencePath = '/api/reference';
const documentPath = '/api/openapi.json';

/**
 * The API's description as OpenAPI, and as a page for people. The page is made of files this server serves; its one
 * inline script is allowed by its hash.
 */
export async function registerReference(app: FastifyInstance): Promise<void> {
  const text = JSON.stringify(await buildOpenApiDocument());
  app.get(documentPath, (_request, reply) => reply.type('application/json').send(text));
  await app.register(async (scope) => {
    scope.addHook('onSend', (_request, reply, payload, done) => {
      void reply.header('cache-control', 'public, max-age=3600');
      const isPage = String(reply.getHeader('content-type')).startsWith('text/html');
      if (isPage && typeof payload === 'string') {
        void reply.header('content-security-policy', policyFor(payload));
      }
      done(null, payload);
    });
    await scope.register(scalar, {
      routePrefix: referencePath,
      configuration: {
        url: documentPath,
        theme: 'default',
        withDefaultFonts: false,
        telemetry: false,
        hideClientButton: true,
        showDeveloperTools: 'never',
        // It would send the questions of its readers elsewhere.
        agent: { disabled: true },
      },
      logLevel: 'silent',
    });
  });
}

function policyFor(page: string): string {
  const hashes = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, script]) =>
      `'sha256-${createHash('sha256')
        .update(script ?? '')
        .digest('base64')}'`,
  );
  return [
    "default-src 'self'",
    `script-src 'self' ${hashes.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
