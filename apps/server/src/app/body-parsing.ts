import { fail } from '@carrel/contract';
import type { FastifyInstance } from 'fastify';
import { requirePlainData } from '../http/index.ts';

/** Bodies are JSON; the bytes are kept for what was signed over them. Rooms may add types of their own. */
export function registerBodyParsing(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    request.rawBody = bytes;
    try {
      done(null, parseBody(bytes));
    } catch (error) {
      done(error instanceof Error ? error : new Error('the body cannot be read', { cause: error }));
    }
  });
}

/** @throws {REQUEST_INVALID} */
function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw fail('REQUEST_INVALID', { reason: 'the body is not JSON' }, error);
  }
  requirePlainData(value);
  return value;
}
