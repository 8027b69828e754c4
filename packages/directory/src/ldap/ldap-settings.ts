import type { DirectoryContent, DirectoryServer } from '@carrel/contract';

/** All that is needed to speak to a directory. */
export interface LdapSettings extends DirectoryContent {
  readonly bindPassword: string;
}

/** A server as messages name it. */
export function serverName({ host, port }: DirectoryServer): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
