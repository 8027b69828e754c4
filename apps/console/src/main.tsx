import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import '@fontsource-variable/inter';
import './app/global.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createConsoleApi, queryKeys } from './api/index.ts';
import { App } from './app/app.tsx';
import { createQueryClient } from './app/query-client.ts';
import type { Session } from './session/index.ts';

const element = document.getElementById('root');
if (!element) throw new Error('index.html has no #root');

const queryClient = createQueryClient();
const api = createConsoleApi({
  csrfToken: () => queryClient.getQueryData<Session | null>(queryKeys.session)?.csrfToken,
});
createRoot(element).render(
  <StrictMode>
    <App api={api} queryClient={queryClient} />
  </StrictMode>,
);
