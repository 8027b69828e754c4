import { type FieldChange, routes } from '@carrel/contract';
import type { WorkspaceId } from '@carrel/kit';
import { diffWorkspaces } from '@carrel/policy';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { queryKeys, useApi } from '../../api/index.ts';

/** Where two versions of a workspace differ. What was saved does not change, so it is read once. */
export function useComparison(
  workspaceId: WorkspaceId,
  from: number,
  to: number,
): UseQueryResult<readonly FieldChange[]> {
  const api = useApi();
  return useQuery({
    queryKey: [...queryKeys.workspaces, workspaceId, 'comparison', from, to],
    queryFn: async ({ signal }) => {
      const read = (revision: number) =>
        api.call(routes.getRevision, { params: { workspaceId, revision }, signal });
      const [before, after] = await Promise.all([read(from), read(to)]);
      return diffWorkspaces(before.content, after.content);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
