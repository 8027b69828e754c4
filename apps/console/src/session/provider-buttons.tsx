import { routes, signInPaths } from '@carrel/contract';
import { Button, Divider, Stack } from '@mantine/core';
import { IconLogin2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queryKeys, useApi } from '../api/index.ts';

export interface ProviderButtonsProps {
  /** Path of this console to go on to. */
  readonly returnTo: string;
}

/** A button for every provider of single sign-on; nothing where there is none. */
export function ProviderButtons({ returnTo }: ProviderButtonsProps): ReactNode {
  const api = useApi();
  const options = useQuery({
    queryKey: [...queryKeys.providers, 'options'],
    queryFn: async ({ signal }) => (await api.call(routes.listSignInOptions, { signal })).items,
  });
  // Who cannot read the list can still sign in with a password.
  if (options.data === undefined || options.data.length === 0) return null;
  return (
    <Stack gap="sm">
      <Divider label="or" />
      {options.data.map(({ id, displayName }) => (
        <Button
          key={id}
          component="a"
          href={`${signInPaths.start}?${new URLSearchParams({ provider: id, returnTo }).toString()}`}
          variant="default"
          size="md"
          fullWidth
          leftSection={<IconLogin2 size={18} aria-hidden />}
        >
          Sign in with {displayName}
        </Button>
      ))}
    </Stack>
  );
}
