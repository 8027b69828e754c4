import { routes, type Workspace } from '@carrel/contract';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { queryKeys, useApi } from '../api/index.ts';
import { useMay } from '../session/index.ts';

/** The server allows no longer page. */
const choiceLimit = 1000;

/** The workspaces there are, for choosing some. */
export function useWorkspaceChoice(): readonly Workspace[] | undefined {
  const api = useApi();
  return useQuery({
    queryKey: [...queryKeys.workspaces, 'names'],
    queryFn: ({ signal }) => api.call(routes.listWorkspaces, { query: { limit: choiceLimit }, signal }),
    select: (page) => page.items,
    enabled: useMay('workspaces.view', 'somewhere'),
  }).data;
}

/** The name of a workspace by its id. */
export function useWorkspaceNames(): (id: string) => string | undefined {
  const workspaces = useWorkspaceChoice();
  return useCallback((id) => workspaces?.find((workspace) => workspace.id === id)?.name, [workspaces]);
}
