import type { Directory } from '@carrel/directory';
import type { FastifyInstance } from 'fastify';
import type { ApiTokenStore } from '../api-tokens/index.ts';
import type { OpenDirectories, StandingOf } from '../directories/index.ts';
import type { Authenticator, Router } from '../http/index.ts';
import type { VerifyRepositoryCredentials } from '../repository-access/index.ts';
import type { Services } from '../services.ts';
import type { SessionStore, SignInLimiter } from '../session/index.ts';
import type { CheckPassword } from '../users/index.ts';

/** What a room is given to register its routes with. */
export interface RoomContext {
  /** For what is not an operation of the contract: streams, files, the OCI protocol. */
  readonly app: FastifyInstance;
  readonly router: Router;
  readonly services: Services;
  readonly people: {
    readonly directory: Directory;
    readonly standingOf: StandingOf;
    readonly checkPassword: CheckPassword;
    readonly sessions: SessionStore;
    readonly tokens: ApiTokenStore;
    readonly limiter: SignInLimiter;
  };
  readonly directories: OpenDirectories;
  /** For routes outside the contract that need a signed-in caller. */
  readonly authenticator: Authenticator;
  readonly verifyRepositoryCredentials: VerifyRepositoryCredentials;
}
