import { routes } from '@carrel/contract';
import { Alert, Button, Group, Text } from '@mantine/core';
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queryKeys, useApi } from '../api/index.ts';
import { ProblemAlert } from '../ui/index.ts';

/** Checks, when asked, that nothing in the log was altered, moved or removed. */
export function IntegrityNotice(): ReactNode {
  const api = useApi();
  const check = useQuery({
    queryKey: [...queryKeys.audit, 'verification'],
    queryFn: ({ signal }) => api.call(routes.verifyAudit, { signal }),
    enabled: false,
  });
  const result = check.data;
  return (
    <>
      <Group gap="sm">
        <Button size="xs" variant="default" loading={check.isFetching} onClick={() => void check.refetch()}>
          Check the log
        </Button>
        <Text size="sm" c="dimmed">
          Reads all of it and follows its hashes.
        </Text>
      </Group>
      {check.error ? <ProblemAlert error={check.error} /> : null}
      {result === undefined ? null : (
        <Alert
          role="status"
          variant="outline"
          color={result.isWhole ? 'green' : 'red'}
          icon={result.isWhole ? <IconShieldCheck /> : <IconShieldX />}
          title={
            result.isWhole
              ? 'The log is whole'
              : `Entry ${result.damagedSequence ?? ''} is not what was written`
          }
        >
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {result.isWhole
              ? `All ${result.entryCount} entries follow from each other. `
              : 'The log was altered outside of Carrel. Compare it with a backup. '}
            {result.headHash === null ? null : (
              <>
                Hash of the newest entry: <span className="mono">{result.headHash}</span>
              </>
            )}
          </Text>
        </Alert>
      )}
    </>
  );
}
