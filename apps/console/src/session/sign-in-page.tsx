import { routes } from '@carrel/contract';
import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { queryKeys, useApi } from '../api/index.ts';
import { ColorSchemeMenu, Logo } from '../ui/index.ts';
import { ProviderButtons } from './provider-buttons.tsx';
import { ProviderFailure } from './provider-failure.tsx';
import { SignInForm } from './sign-in-form.tsx';
import classes from './sign-in-page.module.css';

const route = getRouteApi('/sign-in');

/** The door. Goes on to where the person wanted to go. */
export function SignInPage(): ReactNode {
  const api = useApi();
  const router = useRouter();
  const { back, error } = route.useSearch();
  const instance = useQuery({
    queryKey: queryKeys.instance,
    queryFn: ({ signal }) => api.call(routes.getInstance, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    document.title = 'Sign in · Carrel';
  }, []);
  return (
    <div className={classes.root}>
      <main className={classes.panel}>
        <Logo />
        <div>
          <Title order={1} fz={24} lh="32px">
            Sign in
          </Title>
          <Text c="dimmed" size="sm">
            Manage images, workspaces and computers on {window.location.host}.
          </Text>
        </div>
        {error === undefined ? null : <ProviderFailure code={error} />}
        <SignInForm onSignedIn={() => router.history.push(back ?? '/')} />
        <ProviderButtons returnTo={back ?? '/'} />
      </main>
      <footer className={classes.foot}>
        <Text size="xs" c="dimmed">
          {instance.data ? `Carrel ${instance.data.version}` : 'Carrel'}
        </Text>
        <ColorSchemeMenu />
      </footer>
    </div>
  );
}
