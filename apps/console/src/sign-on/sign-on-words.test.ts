import { expect, test } from 'vitest';
import { directorySettings, directoryWords, serverSettings } from './directory-values.ts';
import { groupEntrySettings, providerSettings, providerWords } from './provider-values.ts';

/** Edited by fields of their own. */
const ownFields = ['required.claim', 'required.values', 'groups.listed'];

test('everything that is set of a directory has words', () => {
  const paths = [...directorySettings.keys(), ...serverSettings.keys()];
  expect(paths.filter((path) => directoryWords[path] === undefined)).toEqual([]);
});

test('everything that is set of a provider has words', () => {
  const paths = [...providerSettings.keys(), ...groupEntrySettings.keys()];
  const missing = paths.filter((path) => providerWords[path] === undefined && !ownFields.includes(path));
  expect(missing).toEqual([]);
});
