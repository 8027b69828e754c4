import { workspacePolicySchema } from '@carrel/contract';
import { readEntrySettings, type Settings } from '../../schema-fields/index.ts';

/** Fields of the entries of a list of the policy whose entries are all alike. */
export function entrySettings(list: string): Settings {
  return readEntrySettings(workspacePolicySchema, list).get('') ?? new Map<string, never>();
}

/** Fields of set-up actions by their kind. */
export const actionSettings = readEntrySettings(workspacePolicySchema, 'vmSetup.actions');
