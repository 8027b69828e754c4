import { routes } from '@carrel/contract';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { queryKeys, useApi } from '../api/index.ts';
import { nameOf, type PrincipalOption } from './principal-sections.ts';

const searchDelayMs = 200;
const usersShown = 50;
const groupsLimit = 1000;

export interface KnownPrincipals {
  readonly groups: readonly PrincipalOption[];
  readonly users: readonly PrincipalOption[];
  readonly isPending: boolean;
  readonly error: Error | null;
}

/** Groups of this instance, and its users whose name has the text; users are searched on the server, there may be many. */
export function useKnownPrincipals(text: string): KnownPrincipals {
  const api = useApi();
  const [settled] = useDebouncedValue(text, searchDelayMs);
  const users = useQuery({
    queryKey: [...queryKeys.users, 'search', settled],
    queryFn: ({ signal }) =>
      api.call(routes.listUsers, {
        query: settled === '' ? { limit: usersShown } : { search: settled, limit: usersShown },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  const groups = useQuery({
    queryKey: [...queryKeys.groups, 'names'],
    queryFn: ({ signal }) => api.call(routes.listGroups, { query: { limit: groupsLimit }, signal }),
  });
  return {
    groups: (groups.data?.items ?? []).map(({ id, name }) => ({ value: `group:${id}`, label: name })),
    users: (users.data?.items ?? []).map(({ id, userName, displayName }) => ({
      value: `user:${id}`,
      label: nameOf(userName, displayName),
    })),
    isPending: users.isPending || groups.isPending,
    error: users.error ?? groups.error,
  };
}
