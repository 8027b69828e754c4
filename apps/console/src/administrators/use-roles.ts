import { type Role, routes } from '@carrel/contract';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { queryKeys, useApi } from '../api/index.ts';

/** Every role there is. */
export function useRoles(): UseQueryResult<readonly Role[]> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.roles,
    queryFn: async ({ signal }) => (await api.call(routes.listRoles, { signal })).items,
  });
}
