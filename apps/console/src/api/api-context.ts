import type { ApiClient } from '@carrel/contract';
import { createContext, useContext } from 'react';

export const ApiContext = createContext<ApiClient | undefined>(undefined);

/** The client of this page's server. */
export function useApi(): ApiClient {
  const api = useContext(ApiContext);
  if (!api) throw new Error('useApi needs an ApiContext around it');
  return api;
}
