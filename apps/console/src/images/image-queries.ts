import { type ApiClient, type ImageVersion, routes } from '@carrel/contract';
import type { ImageId } from '@carrel/kit';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type PagedList, queryKeys, useApi, usePages } from '../api/index.ts';

/** Most versions a choice offers; older ones are reached through the command line. */
const choiceLimit = 1000;

export function imageQuery(api: ApiClient, imageId: ImageId) {
  return {
    queryKey: [...queryKeys.images, imageId],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      api.call(routes.getImage, { params: { imageId }, signal }),
  };
}

/** Versions of an image, newest first, page by page. */
export function useVersions(imageId: ImageId): PagedList<ImageVersion> {
  const api = useApi();
  return usePages({
    queryKey: [...queryKeys.images, imageId, 'versions'],
    read: (query, signal) => api.call(routes.listVersions, { params: { imageId }, query, signal }),
  });
}

/** The versions a channel may point at, newest first. */
export function usePublishedVersions(imageId: ImageId): UseQueryResult<ImageVersion[]> {
  const api = useApi();
  return useQuery({
    queryKey: [...queryKeys.images, imageId, 'published'],
    queryFn: async ({ signal }) => {
      const query = { limit: choiceLimit };
      const page = await api.call(routes.listVersions, { params: { imageId }, query, signal });
      return page.items.filter((version) => version.state === 'published');
    },
  });
}
