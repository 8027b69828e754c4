import type { AssignmentSettings } from '@carrel/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';

const hoursPerDay = 24;
const directions = ['none', 'to-workspace', 'to-host', 'both'] as const;
type Direction = (typeof directions)[number];

/**
 * The settings of an assignment as options: what is not given stays as it is. No limit is a word, since commander takes
 * `null` for an empty text.
 */
export interface SettingOptions {
  /** A date, or `never`. */
  readonly expires?: string;
  readonly timeZone?: string;
  /** Hours. */
  readonly offlineLimit?: number | 'unlimited';
  readonly deleteWhen?: AssignmentSettings['deletion'];
  readonly clipboard?: Direction;
  readonly fileTransfer?: Direction;
  readonly toWorkspaceCommand?: string;
  readonly toWorkspaceExtensions?: string[] | 'all';
  readonly toHostCommand?: string;
  readonly toHostExtensions?: string[] | 'all';
  readonly printing?: boolean;
  readonly opticalDrive?: boolean;
}

/** Adds an option for every setting of an assignment. */
export function addSettingOptions(command: Command): Command {
  return command
    .option('--expires <date>', 'last day of use, YYYY-MM-DD, or never', parseExpiry)
    .option('--time-zone <zone>', 'where that day ends, such as Europe/Berlin')
    .option(
      '--offline-limit <time>',
      'use without contact: 12h, 7d, none (forbidden) or unlimited',
      parseOfflineLimit,
    )
    .option(
      '--delete-when <reasons>',
      'delete it from computers when disabled, expired, offline (with commas between), or never',
      parseDeletion,
    )
    .addOption(new Option('--clipboard <direction>', 'which way the clipboard goes').choices(directions))
    .addOption(new Option('--file-transfer <direction>', 'which way files may go').choices(directions))
    .option('--to-workspace-command <command>', 'run on each file before the guest gets it; "" for none')
    .option('--to-workspace-extensions <list>', 'only these, such as docx,pdf, or all', parseExtensions)
    .option('--to-host-command <command>', 'run on each file before the computer gets it; "" for none')
    .option('--to-host-extensions <list>', 'only these, such as docx,pdf, or all', parseExtensions)
    .option('--printing <yes|no>', "the guest may use the computer's printers", parseSwitch)
    .option('--optical-drive <yes|no>', "the guest may use the computer's CD and DVD drives", parseSwitch);
}

/** The settings with what the options change. */
export function withOptions(present: AssignmentSettings, options: SettingOptions): AssignmentSettings {
  const { fileTransfer } = present;
  const { expires, offlineLimit } = options;
  return {
    expiresOn: expires === undefined ? present.expiresOn : expires === 'never' ? null : expires,
    timeZone: options.timeZone ?? present.timeZone,
    offlineLimitHours:
      offlineLimit === undefined
        ? present.offlineLimitHours
        : offlineLimit === 'unlimited'
          ? null
          : offlineLimit,
    deletion: options.deleteWhen ?? present.deletion,
    clipboard: options.clipboard ?? present.clipboard,
    fileTransfer: {
      toWorkspace: transfer(fileTransfer.toWorkspace, options.fileTransfer, 'to-workspace', {
        command: options.toWorkspaceCommand,
        extensions: options.toWorkspaceExtensions,
      }),
      toHost: transfer(fileTransfer.toHost, options.fileTransfer, 'to-host', {
        command: options.toHostCommand,
        extensions: options.toHostExtensions,
      }),
    },
    isPrintingAllowed: options.printing ?? present.isPrintingAllowed,
    isOpticalDriveAllowed: options.opticalDrive ?? present.isOpticalDriveAllowed,
  };
}

type Transfer = AssignmentSettings['fileTransfer']['toHost'];

function transfer(
  present: Transfer,
  allowed: Direction | undefined,
  own: Direction,
  given: { readonly command: string | undefined; readonly extensions: string[] | 'all' | undefined },
): Transfer {
  const { extensions } = given;
  return {
    isAllowed: allowed === undefined ? present.isAllowed : allowed === own || allowed === 'both',
    command: given.command === undefined ? present.command : given.command || null,
    extensions: extensions === undefined ? present.extensions : extensions === 'all' ? null : extensions,
  };
}

function parseExpiry(text: string): string {
  if (text !== 'never' && !/^\d{4}-\d{2}-\d{2}$/u.test(text))
    throw new InvalidArgumentError('Expected YYYY-MM-DD or never.');
  return text;
}

function parseOfflineLimit(text: string): number | 'unlimited' {
  if (text === 'unlimited') return text;
  if (text === 'none') return 0;
  const match = /^(\d{1,5})(h|d)$/u.exec(text);
  if (!match) throw new InvalidArgumentError('Expected hours or days such as 12h or 7d, none, or unlimited.');
  return Number(match[1]) * (match[2] === 'd' ? hoursPerDay : 1);
}

function parseDeletion(text: string): AssignmentSettings['deletion'] {
  const reasons = new Set(text === 'never' ? [] : text.split(','));
  const has = (reason: string): boolean => reasons.delete(reason);
  const deletion = {
    whenDisabled: has('disabled'),
    whenExpired: has('expired'),
    whenOfflineTooLong: has('offline'),
  };
  if (reasons.size > 0) throw new InvalidArgumentError('Expected disabled, expired, offline, or never.');
  return deletion;
}

function parseExtensions(text: string): string[] | 'all' {
  return text === 'all' ? text : text.split(',').map((one) => one.trim().replace(/^\./u, '').toLowerCase());
}

function parseSwitch(text: string): boolean {
  if (text !== 'yes' && text !== 'no') throw new InvalidArgumentError('Expected yes or no.');
  return text === 'yes';
}
