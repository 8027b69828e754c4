import { evaluateLease } from '@carrel/policy';
import { assignment, command, policy, type SettingSection } from '../setting-row.ts';

const hourMs = 3_600_000;
const now = { offlineMs: 0, contactFailingMs: 0, purpose: 'start' } as const;

export const deployment: SettingSection = {
  title: 'Deployment (of each user or group)',
  rows: [
    {
      setting: 'Add, Check Names, Find, trusted-domain users typed by hand',
      stand: command('carrel workspace assign', '--user'),
      note: 'Names are found in every configured directory.',
    },
    {
      setting: 'Enable Workspace for <user or group>',
      stand: command('carrel workspace assign', '--deny'),
      note: 'Cleared is a denial, which beats every grant.',
    },
    {
      setting: 'Workspace expires on this date',
      stand: assignment('expiresOn', '2026-12-31', {
        besides: { timeZone: 'Europe/Berlin' },
        shows: (lease) => {
          const end = Date.parse('2026-12-31T23:00:00Z');
          const at = (trustedNowMs: number) => evaluateLease(lease, { ...now, trustedNowMs });
          return [
            [at(end - 1), { outcome: 'valid', endsAs: 'LEASE_EXPIRED' }],
            [at(end), { outcome: 'ended', code: 'LEASE_EXPIRED' }],
          ];
        },
      }),
      note: 'Ends with that day in the time zone of the assignment.',
    },
    {
      setting: 'Offline work is restricted to N days or hours',
      stand: assignment('offlineLimitHours', 12, {
        shows: (lease) => {
          const after = (offlineMs: number) =>
            evaluateLease(lease, {
              offlineMs,
              contactFailingMs: offlineMs,
              purpose: 'run',
              trustedNowMs: offlineMs,
            });
          return [
            [after(12 * hourMs - 1), { outcome: 'valid' }],
            [after(12 * hourMs), { outcome: 'ended', code: 'LEASE_OFFLINE_TOO_LONG' }],
          ];
        },
      }),
      note: '`0` forbids offline work, `null` sets no limit.',
    },
    { setting: 'Workspace deletion: disabled', stand: assignment('deletion.whenDisabled', true) },
    { setting: 'Workspace deletion: expired', stand: assignment('deletion.whenExpired', true) },
    {
      setting: 'Workspace deletion: offline too long',
      stand: assignment('deletion.whenOfflineTooLong', true),
    },
    {
      setting: 'Support clipboard between host and Workspace',
      stand: assignment('clipboard', 'to-workspace'),
      note: 'MED-V had no direction.',
    },
    {
      setting: 'Support file transfer: Host to Workspace',
      stand: assignment('fileTransfer.toWorkspace.isAllowed', true),
    },
    {
      setting: 'Support file transfer: Workspace to Host',
      stand: assignment('fileTransfer.toHost.isAllowed', true),
      note: '`Both` is both directions.',
    },
    {
      setting: 'Support file transfer: credentials of a permitted person',
      stand: command('carrel agent sign-in', '--user'),
      note: 'The permitted person signs in at the computer and uses their own workspace; nobody types a password into the session of somebody else.',
    },
    {
      setting: 'Run command on received files (to the workspace)',
      stand: assignment('fileTransfer.toWorkspace.command', 'scan --quiet', {
        besides: { fileTransfer: directions({ toWorkspace: { isAllowed: true } }) },
      }),
    },
    {
      setting: 'Run command on received files (to the host)',
      stand: assignment('fileTransfer.toHost.command', 'scan --quiet', {
        besides: { fileTransfer: directions({ toHost: { isAllowed: true } }) },
      }),
    },
    {
      setting: 'Allow all file extensions, Allow the following (to the workspace)',
      stand: assignment('fileTransfer.toWorkspace.extensions', ['docx', 'pdf'], {
        besides: { fileTransfer: directions({ toWorkspace: { isAllowed: true } }) },
      }),
      note: 'A list, so that neither commas nor colons part it.',
    },
    {
      setting: 'Allow all file extensions, Allow the following (to the host)',
      stand: assignment('fileTransfer.toHost.extensions', ['txt'], {
        besides: { fileTransfer: directions({ toHost: { isAllowed: true } }) },
      }),
    },
    {
      setting: 'Enable printing to printers connected to the host',
      stand: assignment('isPrintingAllowed', false),
    },
    { setting: 'Enable access to CD / DVD', stand: assignment('isOpticalDriveAllowed', true) },
    {
      setting: 'Membership: least restrictive wins',
      stand: policy('general.precedence', 'user'),
      note: 'The rule is kept, and can be changed for a workspace so that grants to the user go first.',
    },
  ],
};

type Direction = { isAllowed?: boolean };

function directions(given: { toWorkspace?: Direction; toHost?: Direction }) {
  const closed = { isAllowed: false, command: null, extensions: null };
  return { toWorkspace: { ...closed, ...given.toWorkspace }, toHost: { ...closed, ...given.toHost } };
}
