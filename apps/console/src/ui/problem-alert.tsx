import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { describeError } from './describe-error.ts';

export interface ProblemAlertProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What went wrong and what to do about it, in the server's own sentences. */
export function ProblemAlert({ error, onRetry }: ProblemAlertProps): ReactNode {
  const problem = describeError(error);
  return (
    <Alert role="alert" color="red" variant="outline" icon={<IconAlertTriangle />} title={problem.message}>
      <Group justify="space-between" align="flex-end" gap="sm">
        <Text size="sm" flex="1 1 240px">
          {problem.remedy}{' '}
          {problem.code === undefined ? null : (
            <Text span c="dimmed" size="xs" className="mono">
              {problem.code}
            </Text>
          )}
        </Text>
        {onRetry === undefined ? null : (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}
