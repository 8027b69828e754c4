import type { z } from 'zod';
import type { Permission } from '../permissions.ts';

/** Who may call a route. */
export type Access =
  | { readonly kind: 'public' }
  /** Anybody signed in, whatever their roles. */
  | { readonly kind: 'signed-in' }
  | {
      readonly kind: 'permission';
      readonly permission: Permission;
      /**
       * What becomes of somebody who has the permission over some workspaces only. `filtered`: they are let in, and
       * the handler shows them what concerns these; `everything`: they are refused. Without it they are let in when
       * the workspace, device, image or user in the path is within their scope, and refused otherwise.
       */
      readonly scoping?: 'filtered' | 'everything';
    }
  /** An enrolled device that proves its key. */
  | { readonly kind: 'device' };

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One operation of the HTTP API: the server registers it, the client calls it, OpenAPI documents it. */
export interface Route {
  /** `operationId` in OpenAPI and `action` in the audit log. */
  readonly id: string;
  readonly method: HttpMethod;
  /** Path with `{name}` for parameters. */
  readonly path: `/api/v1/${string}`;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  readonly params?: z.ZodType<Record<string, unknown>>;
  readonly query?: z.ZodType<Record<string, unknown>>;
  readonly body?: z.ZodType;
  /** Needs `If-Match: "REVISION"`. */
  readonly needsRevision?: true;
  /** Takes `If-Match: "REVISION"`; without it the change is made whatever there is. */
  readonly takesRevision?: true;
  /** A question that needs a body: no change, so no audit entry when it is answered. */
  readonly changesNothing?: true;
  readonly status: 200 | 201 | 202 | 204;
  /** Absent for 204. */
  readonly response?: z.ZodType;
  /** The answer is a stream of this media type rather than JSON of `response`. */
  readonly streams?: readonly string[];
}

/** Keeps the exact types of a route's schemas. */
export function defineRoute<const R extends Route>(route: R): R {
  return route;
}

export function allow(permission: Permission): Access & { kind: 'permission' } {
  return { kind: 'permission', permission };
}

/** As {@link allow}, for a list whose handler keeps to the workspaces the caller has the permission for. */
export function allowWithinScope(permission: Permission): Access & { kind: 'permission' } {
  return { kind: 'permission', permission, scoping: 'filtered' };
}

/** As {@link allow}, for what needs the permission over everything although its path names a thing of some scope. */
export function allowOverEverything(permission: Permission): Access & { kind: 'permission' } {
  return { kind: 'permission', permission, scoping: 'everything' };
}
