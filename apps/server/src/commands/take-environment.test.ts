import { expect, it } from 'vitest';
import { takeEnvironment } from './take-environment.ts';

it('leaves nothing for child processes that is a secret of the instance', () => {
  const environment: Record<string, string | undefined> = {
    CARREL_MASTER_KEY: 'a key',
    CARREL_NEW_MASTER_KEY: 'another',
    CARREL_BACKUP_PASSPHRASE: 'a passphrase',
    CARREL_DATABASE: 'postgres://carrel:hunter2@host/name',
    CARREL_DATA: '/var/lib/carrel',
    PATH: '/usr/bin',
  };
  const before = { ...environment };
  expect(takeEnvironment(environment)).toEqual(before);
  expect(environment).toEqual({ CARREL_DATA: '/var/lib/carrel', PATH: '/usr/bin' });
});
