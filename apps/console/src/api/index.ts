export { ApiContext, useApi } from './api-context.ts';
export { createConsoleApi } from './client.ts';
export { keysOfTopic, type QueryKey, queryKeys } from './query-keys.ts';
export { type ChangeOptions, useChange } from './use-change.ts';
export { type Page, type PagedList, type PageRequest, usePages } from './use-pages.ts';
export { wholeList } from './whole-list.ts';
