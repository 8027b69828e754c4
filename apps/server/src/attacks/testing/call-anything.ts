import type { ApiClient, Route } from '@carrel/contract';
import { AppError } from '@carrel/kit';

/** What a route answered: `answered`, or the code of the refusal. */
export async function outcomeOf(
  client: ApiClient,
  route: Route,
  input: {
    readonly params?: Readonly<Record<string, string>>;
    readonly query?: unknown;
    readonly body?: unknown;
  } = {},
): Promise<string> {
  const call = {
    params: paramsOf(route, input.params ?? {}),
    ...(input.query === undefined ? {} : { query: input.query }),
    ...(route.body ? { body: input.body ?? {} } : {}),
    ...(route.needsRevision ? { revision: 1 } : {}),
  };
  try {
    await client.call<Route>(route, call as Parameters<typeof client.call<Route>>[1]);
    return 'answered';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

const nothing = '0190a000-0000-7000-8000-00000000dead';
const places: Readonly<Record<string, string>> = {
  number: '1',
  revision: '1',
  channel: 'none',
  keyId: '0123456789abcdef',
  enrolmentTokenId: '0123456789abcdef',
  settingName: 'contact.policySeconds',
  secretName: 'none',
};

/** Values for every parameter of the path: those given, else of nothing that exists. */
function paramsOf(route: Route, given: Readonly<Record<string, string>>): Record<string, string> {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, given[name] ?? places[name] ?? nothing]));
}
