import type { KeySource } from './key-source.ts';
import { type RepositoryKey } from './repository-key.ts';

/** A {@link KeySource} kept in a file that only its owner may read. */
export interface Keyring extends KeySource {
  readonly path: string;
  /** Keeps a key; nothing happens when it is there already. */
  add(key: RepositoryKey): Promise<void>;
}

/** `$CARREL_KEYRING`, else `$XDG_CONFIG_HOME/carrel/keyring.json`, else `~/.config/carrel/keyring.json`. */
export function defaultKeyringPath(
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (environment['CARREL_KEYRING']) return environment['CARREL_KEYRING'];
  const config = environment['XDG_CONFIG_HOME'];
  return `${config === undefined || config === '' ? `${home}/.config` : config}/carrel/keyring.json`;
}

/** The key ring at this path; the file is made at the first `add`. */
export function openKeyring(path: string): Keyring {
  const refuse = (): Promise<never> => Promise.reject(new Error('not in this commit yet'));
  return { path, find: refuse, create: refuse, add: refuse };
}
