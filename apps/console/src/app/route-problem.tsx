import { Container, Stack, Text, Title } from '@mantine/core';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { LinkButton, ProblemAlert } from '../ui/index.ts';

/** Shown in place of a room that could not be entered. */
export function RouteProblem({ error, reset }: ErrorComponentProps): ReactNode {
  const router = useRouter();
  const retry = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <Container size="sm" py="xl">
      <ProblemAlert error={error} onRetry={retry} />
    </Container>
  );
}

/** Shown for an address that leads nowhere. */
export function RouteNotFound(): ReactNode {
  return (
    <Container size="sm" py={80}>
      <Stack align="center" gap="sm">
        <Title order={1}>There is nothing at this address</Title>
        <Text c="dimmed">It may have been deleted, or the address was mistyped.</Text>
        <LinkButton to="/" variant="default">
          Go to the first room
        </LinkButton>
      </Stack>
    </Container>
  );
}
