import { routes } from '@carrel/contract';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { queryKeys, useApi, usePages } from '../api/index.ts';
import { NewTokenDialog } from '../tokens/new-token-dialog.tsx';
import { TokenTable } from '../tokens/token-table.tsx';
import { Card, EmptyState } from '../ui/index.ts';

/** One's own API tokens. */
export function OwnTokensPanel(): ReactNode {
  const api = useApi();
  const [isMaking, making] = useDisclosure(false);
  const tokens = usePages({
    queryKey: [...queryKeys.tokens, 'own'],
    read: (query, signal) => api.call(routes.listTokens, { query, signal }),
  });
  const make = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={making.open}>
      New token
    </Button>
  );
  return (
    <Card
      title="API tokens"
      description="For scripts that act as you, with part of what you may do."
      actions={tokens.items?.length === 0 ? undefined : make}
      flush
    >
      <TokenTable
        list={tokens}
        empty={
          <EmptyState icon={<IconKey size={26} />} title="No API tokens" action={make}>
            A script that uses a token needs no password, and can be ended without changing one.
          </EmptyState>
        }
      />
      {isMaking ? <NewTokenDialog onClose={making.close} /> : null}
    </Card>
  );
}
