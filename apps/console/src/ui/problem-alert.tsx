import { Alert, Button, Group, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { describeError, type Fault } from './describe-error.ts';

/** As many faults as are shown; the others come when these are mended. */
const shownFaults = 8;

export interface ProblemAlertProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What went wrong and what to do about it, in the server's own sentences. */
export function ProblemAlert({ error, onRetry }: ProblemAlertProps): ReactNode {
  const problem = describeError(error);
  return (
    <Alert role="alert" color="red" variant="outline" icon={<IconAlertTriangle />} title={problem.message}>
      <FaultList faults={problem.faults} />
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

function FaultList({ faults }: { readonly faults: readonly Fault[] }): ReactNode {
  if (faults.length === 0) return null;
  const more = faults.length - shownFaults;
  return (
    <List size="sm" mb="xs">
      {faults.slice(0, shownFaults).map(({ field, message, remedy }) => (
        <List.Item key={`${field} ${message}`}>
          <Text span size="sm" className="mono">
            {field}
          </Text>
          : {message} {remedy}
        </List.Item>
      ))}
      {more > 0 ? <List.Item>and {more} more</List.Item> : null}
    </List>
  );
}
