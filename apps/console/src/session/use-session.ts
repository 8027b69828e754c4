import type { Permission } from '@carrel/contract';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/index.ts';
import { mayDo, type Over } from './may-do.ts';
import { type Session, sessionQuery } from './session-query.ts';

/** The session of the moment; `null` when it ended, `undefined` before it was read. */
export function useSession(): Session | null | undefined {
  return useQuery(sessionQuery(useApi())).data;
}

/** Whether the person signed in may do this. The server decides again; this only spares dead ends. */
export function useMay(permission: Permission, over: Over = 'everything'): boolean {
  const session = useSession();
  return session ? mayDo(session, permission, over) : false;
}
