import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RepositoryStorage } from '../storage/open-storage.ts';
import type { PiecePool } from './piece-pool.ts';

/** Who is asking, as far as the repository needs to know. */
export interface RepositoryCaller {
  /** For logs: the user or device. */
  readonly subject: string;
  readonly canPush: boolean;
}

/** One request to the repository, its sender known. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly caller: RepositoryCaller;
  readonly storage: RepositoryStorage;
  readonly query: URLSearchParams;
  readonly pieces: PiecePool;
}
