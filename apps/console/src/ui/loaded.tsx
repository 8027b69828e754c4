import { Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemAlert } from './problem-alert.tsx';

export interface LoadedProps<Data> {
  readonly query: {
    readonly data: Data | undefined;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  readonly children: (data: Data) => ReactNode;
}

/** Shows what was read; until then a placeholder, and the problem where it could not be read. */
export function Loaded<Data>({ query, children }: LoadedProps<Data>): ReactNode {
  const problem = query.error ? (
    <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
  ) : null;
  if (query.data === undefined) return problem ?? <LoadingBlock />;
  return (
    <>
      {problem}
      {children(query.data)}
    </>
  );
}

/** The placeholder of something larger that is being read. */
export function LoadingBlock(): ReactNode {
  return (
    <Stack gap="md" role="status" aria-label="Loading">
      <Skeleton height={26} width="34%" />
      <Skeleton height={14} width="62%" />
      <Skeleton height={180} radius="lg" />
    </Stack>
  );
}
