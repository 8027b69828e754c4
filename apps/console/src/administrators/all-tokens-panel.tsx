import { routes } from '@carrel/contract';
import { IconKey } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { queryKeys, useApi, usePages } from '../api/index.ts';
import { TokenTable } from '../tokens/token-table.tsx';
import { Card, EmptyState } from '../ui/index.ts';

/** Everybody's API tokens. */
export function AllTokensPanel(): ReactNode {
  const api = useApi();
  const tokens = usePages({
    queryKey: [...queryKeys.tokens, 'all'],
    read: (query, signal) => api.call(routes.listAllTokens, { query, signal }),
  });
  return (
    <Card title="API tokens" description="What scripts and programs act with, and as whom." flush>
      <TokenTable
        hasOwners
        list={tokens}
        empty={
          <EmptyState icon={<IconKey size={26} />} title="No API tokens">
            People make their own in their account.
          </EmptyState>
        }
      />
    </Card>
  );
}
