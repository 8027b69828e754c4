import { routes } from '@carrel/contract';
import { Avatar, Menu, Text, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconLogout, IconUserCircle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useApi } from '../api/index.ts';
import type { Session } from '../session/index.ts';
import { describeError } from '../ui/index.ts';

/** Who is signed in, and the way out. */
export function UserMenu({ session }: { readonly session: Session }): ReactNode {
  const api = useApi();
  const signOut = useMutation({
    mutationFn: () => api.call(routes.signOut, {}),
    // A fresh page holds nothing of what the person who left could see.
    onSuccess: ({ continueAt }) => {
      window.sessionStorage.clear();
      window.location.assign(continueAt ?? '/sign-in');
    },
    onError: (error) => {
      const problem = describeError(error);
      notifications.show({ color: 'red.8', title: problem.message, message: problem.remedy });
    },
  });
  const { user, roles } = session;
  return (
    <Menu width={240}>
      <Menu.Target>
        <UnstyledButton
          aria-label={`${initials(user.displayName)}, account of ${user.displayName}`}
          style={{ borderRadius: '50%' }}
        >
          <Avatar size={32} radius="xl" color="iris" variant="filled" aria-hidden>
            {initials(user.displayName)}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)">
            {user.displayName}
          </Text>
          <Text size="xs" c="dimmed">
            {user.userName}
            {roles.length > 0 ? ` · ${roles.join(', ')}` : ''}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} to="/account" leftSection={<IconUserCircle size={16} aria-hidden />}>
          Your account
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const letters = [words.at(0), words.length > 1 ? words.at(-1) : undefined].map(
    (word) => word?.charAt(0) ?? '',
  );
  return letters.join('').toUpperCase();
}
