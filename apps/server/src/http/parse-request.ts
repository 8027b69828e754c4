import { fail, type Route } from '@carrel/contract';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { requirePlainData } from './plain-data.ts';

export interface ParsedRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly revision: number;
}

/**
 * Parses what came in by the schemas of the route.
 *
 * @throws {REQUEST_INVALID} naming the first field that is wrong
 * @throws {PRECONDITION_REQUIRED} no `If-Match` where the route needs one
 */
export function parseRequest(route: Route, request: FastifyRequest): ParsedRequest {
  requirePlainData(request.params);
  requirePlainData(request.query);
  return {
    params: parsePart(route.params, request.params),
    query: parsePart(route.query, request.query),
    revision: revisionOf(route, request.headers['if-match']),
    body: parsePart(route.body, request.body),
  };
}

function parsePart(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value ?? undefined);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  const reason = `${field === '' ? '' : `${field}: `}${issue?.message ?? 'it has another shape'}`;
  throw fail('REQUEST_INVALID', { reason });
}

function revisionOf(route: Route, header: string | undefined): number {
  const isAsked = route.needsRevision ?? (route.takesRevision === true && header !== undefined);
  return isAsked ? parseRevision(header) : 0;
}

/** A strong entity tag of digits (RFC 9110, 8.8.3). */
function parseRevision(header: string | undefined): number {
  if (header === undefined) throw fail('PRECONDITION_REQUIRED', {});
  const revision = Number(/^"(\d{1,15})"$/.exec(header.trim())?.[1]);
  if (!Number.isSafeInteger(revision)) {
    throw fail('REQUEST_INVALID', { reason: 'If-Match: expected one ETag such as "3"' });
  }
  return revision;
}
