import { type Image, routes } from '@carrel/contract';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { queryKeys, useApi } from '../api/index.ts';
import { useMay } from '../session/index.ts';

/** Images a workspace may be made of; the server allows no longer page. */
const choiceLimit = 1000;

/** The images there are, for choosing one and for showing its name. */
export function useImages(): UseQueryResult<Image[]> {
  const api = useApi();
  return useQuery({
    queryKey: [...queryKeys.images, 'names'],
    queryFn: ({ signal }) => api.call(routes.listImages, { query: { limit: choiceLimit }, signal }),
    select: (page) => page.items,
    enabled: useMay('images.view', 'somewhere'),
  });
}
