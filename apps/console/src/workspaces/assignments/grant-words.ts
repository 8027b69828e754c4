import { assignmentSettingsSchema } from '@carrel/contract';
import { readSchema, type SettingWords } from '../../schema-fields/index.ts';
import { formatDate, formatTime } from '../../ui/index.ts';
import { showValue } from '../show-value.ts';
import { offlineSentence } from './offline-limit.ts';

/** Every setting of an assignment, read from the schema the server judges it by. */
export const grantSettings = readSchema(assignmentSettingsSchema).settings;

const directions = {
  none: 'Nowhere',
  'to-workspace': 'From the computer into the workspace',
  'to-host': 'From the workspace to the computer',
  both: 'Both ways',
} as const;

/** Words for every setting of an assignment by its path. A test holds them against the schema. */
export const grantWords: Readonly<Record<string, SettingWords>> = {
  expiresOn: { label: 'Last day of use', description: 'Empty: no end', placeholder: 'no end' },
  timeZone: { label: 'Time zone', description: 'In which that day ends' },
  offlineLimitHours: { label: 'Use without contact' },
  'deletion.whenDisabled': { label: 'When the person is disabled or the grant taken back' },
  'deletion.whenExpired': { label: 'When the last day is over' },
  'deletion.whenOfflineTooLong': { label: 'When there was no contact for too long' },
  clipboard: { label: 'Clipboard', choices: directions },
  'fileTransfer.toWorkspace.isAllowed': { label: 'Files into the workspace' },
  'fileTransfer.toWorkspace.command': {
    label: 'Check of files going in',
    placeholder: 'none',
    control: 'mono',
  },
  'fileTransfer.toWorkspace.extensions': { label: 'Only files ending in', placeholder: 'all files' },
  'fileTransfer.toHost.isAllowed': { label: 'Files out to the computer' },
  'fileTransfer.toHost.command': { label: 'Check of files going out', placeholder: 'none', control: 'mono' },
  'fileTransfer.toHost.extensions': { label: 'Only files ending in', placeholder: 'all files' },
  isPrintingAllowed: { label: 'Printers of the computer' },
  isOpticalDriveAllowed: { label: 'CD and DVD drives of the computer' },
};

/** What an effective value is called that an assignment has in another form. */
const effectiveLabels: Readonly<Record<string, string>> = {
  validUntil: 'Ends',
  offlineLimitSeconds: 'Use without contact',
  effect: 'Effect',
};

/** Name of a setting of a grant, whether as assigned (`settings.clipboard`) or as effective (`clipboard`). */
export function grantLabel(setting: string): string {
  const path = setting.replace(/^settings\./, '');
  const label = effectiveLabels[path] ?? grantWords[path]?.label ?? path;
  const way = /^fileTransfer\.(toWorkspace|toHost)\.extensions$/.exec(path)?.[1];
  if (way === undefined) return label;
  return way === 'toHost' ? 'Kinds of files going out' : 'Kinds of files going in';
}

/** A value of a setting of a grant in words. */
export function showGrantValue(setting: string, value: unknown): string {
  const path = setting.replace(/^settings\./, '');
  switch (path) {
    case 'validUntil':
      return typeof value === 'number' ? formatTime(new Date(value * 1000).toISOString()) : 'never';
    case 'expiresOn':
      return typeof value === 'string' ? formatDate(value) : 'no end';
    case 'offlineLimitSeconds':
      return offlineSentence(typeof value === 'number' ? value / 3600 : null);
    case 'offlineLimitHours':
      return offlineSentence(typeof value === 'number' ? value : null);
    default: {
      const words = grantWords[path];
      if (value === null) return words?.placeholder ?? '(none)';
      return typeof value === 'string' ? (words?.choices?.[value] ?? showValue(value)) : showValue(value);
    }
  }
}
