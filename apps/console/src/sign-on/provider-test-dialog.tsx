import { routes, type SignInProvider } from '@carrel/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queryKeys, useApi } from '../api/index.ts';
import { CommandBlock, Facts, Loaded } from '../ui/index.ts';

export interface ProviderTestDialogProps {
  readonly provider: SignInProvider;
  readonly onClose: () => void;
}

/** Reaches a provider and shows what it offers, or which step went wrong. Mount it to open it. */
export function ProviderTestDialog({ provider, onClose }: ProviderTestDialogProps): ReactNode {
  const api = useApi();
  const check = useQuery({
    queryKey: [...queryKeys.providers, provider.id, 'test'],
    queryFn: ({ signal }) =>
      api.call(routes.testSignInProvider, { params: { providerId: provider.id }, signal }),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Modal opened onClose={onClose} size={620} title={`Test ${provider.displayName}`}>
      <Stack gap="md">
        <Loaded query={check}>
          {(result) => (
            <>
              <Text size="sm" fw={600} role="status">
                It answers, with{' '}
                {result.signingKeys === 1 ? '1 signing key' : `${result.signingKeys} signing keys`}.
              </Text>
              <Facts
                facts={[
                  { label: 'People sign in at', value: result.authorizationEndpoint },
                  { label: 'Sign-in by code', value: result.hasDeviceFlow ? 'offered' : 'not offered' },
                  { label: 'Sign-out there', value: result.hasSignOut ? 'offered' : 'not offered' },
                ]}
              />
              <Text size="sm">It must have registered for this client:</Text>
              <CommandBlock label="Where it leads people back to" command={result.redirectUri} />
              <CommandBlock
                label="Where it leads people after they signed out"
                command={result.postSignOutRedirectUri}
              />
            </>
          )}
        </Loaded>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
