import { type ApiClient } from '@carrel/contract';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ApiContext } from '../api/index.ts';
import { createConsoleRouter } from './router.tsx';
import { cssVariablesResolver, theme } from './theme.ts';

export interface AppProps {
  readonly api: ApiClient;
  readonly queryClient: QueryClient;
}

/** The whole console. */
export function App({ api, queryClient }: AppProps): ReactNode {
  const [router] = useState(() => createConsoleRouter({ api, queryClient }));
  const [colorSchemeManager] = useState(() => localStorageColorSchemeManager({ key: 'carrel-color-scheme' }));
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
    >
      <ApiContext value={api}>
        <QueryClientProvider client={queryClient}>
          <Notifications position="bottom-right" />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </ApiContext>
    </MantineProvider>
  );
}
