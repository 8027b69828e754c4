import { type CallInput, type CallOutput, createApiClient, type Route, routes } from '@carrel/contract';
import { request } from 'playwright-core';
import type { Instance } from './instance.ts';

/** The administrator of an instance, over its HTTP interface. Close it when the test is done. */
export interface AdministratorApi extends AsyncDisposable {
  call<R extends Route>(route: R, input: CallInput<R>): Promise<CallOutput<R>>;
}

/** Signs the administrator in with a bearer token. */
export async function openAdministratorApi(instance: Instance): Promise<AdministratorApi> {
  const http = await request.newContext({ ignoreHTTPSErrors: true });
  const session: { token?: string | undefined } = {};
  const client = createApiClient({
    origin: instance.url,
    fetch: async (url, init) => {
      const headers = Object.fromEntries(new Headers(init.headers));
      const data = typeof init.body === 'string' ? { data: init.body } : {};
      const answer = await http.fetch(url, { method: init.method ?? 'GET', headers, ...data });
      const body = answer.status() === 204 ? null : new Uint8Array(await answer.body());
      return new Response(body, { status: answer.status(), headers: answer.headers() });
    },
    headers: () =>
      Promise.resolve(session.token === undefined ? {} : { authorization: `Bearer ${session.token}` }),
  });
  const credentials = { userName: 'admin', password: instance.adminPassword, transport: 'bearer' } as const;
  session.token = (await client.call(routes.signIn, { body: credentials })).token;
  return {
    call: (route, input) => client.call(route, input),
    [Symbol.asyncDispose]: () => http.dispose(),
  };
}
