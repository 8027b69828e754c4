import { type ApiClient, type DirectoryConnection, fail, routes } from '@carrel/contract';

/** @throws {NOT_FOUND} there is none of that name */
export async function findDirectory(
  api: ApiClient,
  name: string,
  signal: AbortSignal,
): Promise<DirectoryConnection> {
  const { items } = await api.call(routes.listDirectories, { signal });
  const found = items.find((directory) => directory.name.toLowerCase() === name.toLowerCase());
  if (!found) throw fail('NOT_FOUND', { kind: 'directory', id: name });
  return found;
}
