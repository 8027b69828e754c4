import { routes, type Workspace } from '@carrel/contract';
import { notifications } from '@mantine/notifications';
import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { useApi } from '../../api/index.ts';
import { describeError, saveFile } from '../../ui/index.ts';

/** Saves workspaces, all of them where none is named, as one file of names instead of ids. */
export function useExport(): UseMutationResult<void, Error, readonly Workspace[]> {
  const api = useApi();
  return useMutation({
    mutationFn: async (workspaces) => {
      const chosen = workspaces.map((workspace) => workspace.id).join(',');
      const bundle = await api.call(routes.exportWorkspaces, {
        query: chosen === '' ? {} : { workspaceIds: chosen },
      });
      const name = workspaces.length === 1 && workspaces[0] ? workspaces[0].name : 'workspaces';
      saveFile(fileName(name), `${JSON.stringify(bundle, null, 2)}\n`, 'application/json');
    },
    onError: (error) => {
      const problem = describeError(error);
      notifications.show({ color: 'red.8', title: problem.message, message: problem.remedy });
    },
  });
}

/** A name that every file system takes. */
function fileName(name: string): string {
  return `${name.normalize('NFC').replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.json`;
}
