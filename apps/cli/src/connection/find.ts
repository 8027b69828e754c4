import {
  type ApiClient,
  fail,
  type Group,
  type Image,
  routes,
  type User,
  type Workspace,
} from '@carrel/contract';

/**
 * Finds things by the name people give them. Each throws `NOT_FOUND` when there is none of that name.
 */
export interface Finder {
  image(name: string): Promise<Image>;
  workspace(name: string): Promise<Workspace>;
  user(userName: string): Promise<User>;
  group(name: string): Promise<Group>;
}

export function createFinder(api: ApiClient, signal: AbortSignal): Finder {
  return {
    image: async (name) => {
      const page = await api.call(routes.listImages, { query: { name, limit: 1 }, signal });
      return page.items[0] ?? notFound('image', name);
    },
    workspace: async (name) => {
      const page = await api.call(routes.listWorkspaces, { query: { name, limit: 1 }, signal });
      return page.items[0] ?? notFound('workspace', name);
    },
    user: async (userName) => {
      const page = await api.call(routes.listUsers, { query: { userName, limit: 1 }, signal });
      return page.items[0] ?? notFound('user', userName);
    },
    group: async (name) => {
      const page = await api.call(routes.listGroups, { query: { name, limit: 1 }, signal });
      return page.items[0] ?? notFound('group', name);
    },
  };
}

function notFound(kind: string, id: string): never {
  throw fail('NOT_FOUND', { kind, id });
}
