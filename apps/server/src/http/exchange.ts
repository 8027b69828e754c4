import type { Route } from '@carrel/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Scope } from '../access/index.ts';
import type { Transaction } from '../database/index.ts';
import type { CallerOf } from './caller.ts';

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a change says in the audit log beside who and when. Never a secret. */
export interface AuditNote {
  /** What was changed: a name or an id. Default: the parameters of the path. */
  readonly target?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** One request, parsed and allowed, as a handler sees it. */
export interface Exchange<R extends Route> {
  readonly params: Parsed<R['params']>;
  readonly query: Parsed<R['query']>;
  readonly body: Parsed<R['body']>;
  /** From `If-Match`; 0 where the route needs none, or takes one and none came. */
  readonly revision: number;
  readonly caller: CallerOf<R['access']>;
  /** For what the caller has the permission of the route; `all` where it needs none. */
  readonly scope: Scope;
  /** IP address of the other side. */
  readonly address: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /**
   * Makes a change and its audit entry in one transaction: both are kept, or neither. A route that changes something
   * calls it once; one that does not is given its audit entry afterwards.
   */
  readonly change: <T>(
    work: (transaction: Transaction) => Promise<T>,
    note?: (result: T) => AuditNote,
  ) => Promise<T>;
}

/** What a handler answers with, before the contract's schema has parsed it. */
export type Answer<R extends Route> = R['response'] extends z.ZodType
  ? z.input<R['response']>
  : R['streams'] extends readonly string[]
    ? StreamedAnswer
    : undefined;

/** A file that is made while it is sent. */
export interface StreamedAnswer {
  readonly mediaType: string;
  readonly fileName: string;
  readonly content: AsyncIterable<string>;
}

export type Handler<R extends Route> = (exchange: Exchange<R>) => Promise<Answer<R>>;

/** Registers routes of the contract; each room of the server is given one. */
export interface Router {
  handle<const R extends Route>(route: R, handler: Handler<R>): void;
}
