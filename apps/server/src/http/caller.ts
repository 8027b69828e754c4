import type { Access, User } from '@carrel/contract';
import type { DeviceId } from '@carrel/kit';
import type { CallerAccess } from '../access/index.ts';
import type { Row } from '../database/index.ts';

/** Somebody signed in. */
export interface UserCaller {
  readonly kind: 'user';
  readonly user: User;
  readonly access: CallerAccess;
  readonly session: {
    readonly tokenHash: string;
    readonly transport: 'cookie' | 'bearer' | 'api-token';
    readonly csrfToken: string;
    readonly expiresAtMs: number;
  };
}

/** An enrolled device that proved its key. */
export interface DeviceCaller {
  readonly kind: 'device';
  readonly deviceId: DeviceId;
  /** As it was when the request came. */
  readonly device: Row<'devices'>;
  /** sha256 of the body the proof was made for, base64url. */
  readonly bodyHash: string;
}

export type Caller = UserCaller | DeviceCaller | undefined;

/** Who a route's handler is called for: nobody in particular where it is public. */
export type CallerOf<A extends Access> = A['kind'] extends 'public'
  ? undefined
  : A['kind'] extends 'device'
    ? DeviceCaller
    : UserCaller;

/** The caller's name in the audit log. */
export function actorOf(caller: Caller): string {
  if (caller === undefined) return 'anonymous';
  return caller.kind === 'user' ? caller.user.userName : `device:${caller.deviceId}`;
}
