import { createHash, timingSafeEqual } from 'node:crypto';
import { fail, type Route } from '@carrel/contract';
import type { FastifyRequest } from 'fastify';
import type { Queries } from '../database/index.ts';
import type { Caller, DeviceCaller, UserCaller } from './caller.ts';
import { requirePermission } from './require-permission.ts';

/** Finds out who calls. */
export interface CallerSources {
  /** To find out what lies within somebody's scope. */
  readonly queries: Queries;
  /**
   * @throws {SIGN_IN_REQUIRED} no valid session
   * @throws {CSRF_TOKEN_MISSING} a change by cookie without its token
   */
  readonly findUser: (request: FastifyRequest) => Promise<UserCaller>;
  /**
   * @throws {DEVICE_PROOF_INVALID}
   * @throws {DEVICE_UNKNOWN}
   * @throws {DEVICE_REVOKED}
   */
  readonly findDevice: (request: FastifyRequest) => Promise<DeviceCaller>;
}

/** Decides whether a request may go on, before anything of it is read or loaded. */
export interface Authenticator {
  authorize(route: Route, request: FastifyRequest): Promise<Caller>;
  /** Compares the body with what the caller signed. */
  checkBody(request: FastifyRequest): void;
}

export function createAuthenticator(sources: CallerSources): Authenticator {
  return {
    authorize: async (route, request) => {
      switch (route.access.kind) {
        case 'public':
          return undefined;
        case 'device':
          return sources.findDevice(request);
        case 'signed-in':
        case 'permission': {
          const caller = await sources.findUser(request);
          request.caller = caller;
          await requirePermission(sources.queries, caller, route, request.params as Record<string, string>);
          return caller;
        }
      }
    },
    checkBody: (request) => {
      if (request.caller?.kind !== 'device') return;
      const actual = createHash('sha256')
        .update(request.rawBody ?? '')
        .digest();
      const claimed = Buffer.from(request.caller.bodyHash, 'base64url');
      if (claimed.length !== actual.length || !timingSafeEqual(claimed, actual)) {
        throw fail('DEVICE_PROOF_INVALID', { reason: 'it was made for another body' });
      }
    },
  };
}
