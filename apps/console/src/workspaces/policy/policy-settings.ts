import { type WorkspacePolicy, workspacePolicySchema } from '@carrel/contract';
import { readSchema, type SettingNode, type Settings } from '../../schema-fields/index.ts';
import { settingWords } from './setting-words.ts';

/** A tab of the policy. */
export type Section = keyof WorkspacePolicy;

const reading = readSchema(workspacePolicySchema);

/** Every setting of the policy, read from the schema the server judges it by. */
export const policySettings = reading.settings;

/** Fields of the entries of a list of the policy whose entries are all alike. */
export function entrySettings(list: string): Settings {
  return reading.entriesOf(list).get('') ?? new Map<string, never>();
}

/** Fields of set-up actions by their kind. */
export const actionSettings = reading.entriesOf('vmSetup.actions');

/** The policy that says nothing. */
export const policyDefaults = workspacePolicySchema.parse({});

export const sections = Object.keys(policyDefaults) as readonly Section[];

/** Name of a setting as people read it; of one without words, its name in the schema. */
export function settingLabel(path: string): string {
  return settingWords[path]?.label ?? path.split('.').at(-1) ?? path;
}

/**
 * @throws {Error} the schema has no such setting
 */
export function settingAt(path: string): SettingNode {
  const node = policySettings.get(path);
  if (node === undefined) throw new Error(`the policy has no setting ${path}`);
  return node;
}
