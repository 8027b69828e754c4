import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { sourceLabels } from '../people/user-state.ts';
import { useSession } from '../session/index.ts';
import { Card, type Fact, Facts, Page } from '../ui/index.ts';
import { OwnTokensPanel } from './own-tokens-panel.tsx';
import { PasswordForm } from './password-form.tsx';
import { SessionsPanel } from './sessions-panel.tsx';

/** One's own account: password, open sessions, API tokens. */
export function AccountPage(): ReactNode {
  const session = useSession();
  if (!session) return null;
  const { user, roles } = session;
  const facts: readonly Fact[] = [
    { label: 'User name', value: user.userName },
    { label: 'Comes from', value: sourceLabels[user.source] },
    { label: 'Roles', value: roles.length === 0 ? 'none' : roles.join(', ') },
  ];
  return (
    <Page title="Your account" description={user.displayName}>
      <Stack gap="lg">
        <Card>
          <Facts facts={facts} />
        </Card>
        {user.source === 'built-in' ? <PasswordForm /> : null}
        <SessionsPanel />
        <OwnTokensPanel />
      </Stack>
    </Page>
  );
}
