import { type ApiClient, routes, type WorkspaceFile } from '@carrel/contract';
import { allItems, createFinder } from '../connection/index.ts';

/** A workspace and its assignments as the file that `workspace apply` reads. */
export async function exportWorkspace(
  api: ApiClient,
  name: string,
  signal: AbortSignal,
): Promise<WorkspaceFile> {
  const workspace = await createFinder(api, signal).workspace(name);
  const image = await api.call(routes.getImage, { params: { imageId: workspace.imageId }, signal });
  const params = { workspaceId: workspace.id };
  const assignments: NonNullable<WorkspaceFile['assignments']> = [];
  for await (const item of allItems((query) => api.call(routes.listAssignments, { params, query, signal }))) {
    const { principal, principalName, effect, settings } = item;
    assignments.push({ [principal.kind]: principalName, effect, settings });
  }
  const { description, channel, policy } = workspace;
  return { name: workspace.name, description, image: image.name, channel, policy, assignments };
}
