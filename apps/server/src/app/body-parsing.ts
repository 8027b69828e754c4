import { fail } from '@carrel/contract';
import type { FastifyInstance } from 'fastify';

/** Bodies are JSON; the bytes are kept for what was signed over them. Rooms may add types of their own. */
export function registerBodyParsing(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    request.rawBody = bytes;
    try {
      done(null, bytes.length === 0 ? undefined : JSON.parse(bytes.toString('utf8')));
    } catch (error) {
      done(fail('REQUEST_INVALID', { reason: 'the body is not JSON' }, error));
    }
  });
}
