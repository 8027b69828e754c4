import { type Measurements, routes } from '@carrel/contract';
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { queryKeys, useApi } from '../../api/index.ts';

/** What the instance measured in the days before now; those of another period stay until the new ones are there. */
export function useMeasurements(days: number): UseQueryResult<Measurements> {
  const api = useApi();
  return useQuery({
    queryKey: [...queryKeys.plans, 'measurements', days],
    queryFn: ({ signal }) => api.call(routes.getMeasurements, { query: { days }, signal }),
    placeholderData: keepPreviousData,
  });
}
