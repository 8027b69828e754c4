import type { CallInput, CallOutput, Route } from '@carrel/contract';
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from './api-context.ts';
import type { QueryKey } from './query-keys.ts';

export interface ChangeOptions<R extends Route> {
  /** What to read again after the change, and after a refusal, since it shows that we knew too little. */
  readonly invalidates: readonly QueryKey[];
  readonly onDone?: (answer: CallOutput<R>) => void;
}

/** A change on the server. Nothing is shown as changed before the server says so. */
export function useChange<R extends Route>(
  route: R,
  { invalidates, onDone }: ChangeOptions<R>,
): UseMutationResult<CallOutput<R>, Error, CallInput<R>> {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: CallInput<R>) => api.call(route, input),
    onSuccess: onDone ?? (() => undefined),
    onSettled: () => Promise.all(invalidates.map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
}
