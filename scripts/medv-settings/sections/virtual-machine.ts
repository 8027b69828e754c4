import { nextUpdate } from '@carrel/policy';
import { command, policy, type SettingSection } from '../setting-row.ts';

const persistent = { virtualMachine: { persistence: 'persistent' } };

export const virtualMachine: SettingSection = {
  title: 'Virtual machine',
  rows: [
    {
      setting: 'Assigned Image',
      stand: { kind: 'workspace-field', field: 'imageId' },
      note: 'A channel of the image, which points at a published version.',
    },
    {
      setting: 'Assigned Image: (test), (local)',
      stand: { kind: 'workspace-field', field: 'channel' },
      note: 'A channel of its own, such as `pilot`, for a workspace only testers have.',
    },
    { setting: 'Refresh', stand: command('carrel image list') },
    {
      setting: 'Workspace is persistent, Workspace is revertible',
      stand: policy('virtualMachine.persistence', 'persistent'),
    },
    {
      setting: 'Shut down the VM when stopping the Workspace',
      stand: policy('virtualMachine.stopAction', 'save', { besides: persistent }),
      note: 'Cleared is `save`.',
    },
    {
      setting: 'Logon to Windows in VM using MED-V credentials (SSO)',
      stand: policy('virtualMachine.isSingleSignOnUsed', true, { besides: persistent }),
    },
    {
      setting: 'Synchronize Workspace time zone with host',
      stand: policy('virtualMachine.isTimeZoneSynchronized', false),
      note: 'Also while the guest runs; MED-V asked a server first for a persistent one. A real guest shows it in `e2e/updates.test.ts`.',
    },
    {
      setting: 'Lock the Workspace on host standby/hibernate event',
      stand: policy('virtualMachine.isLockedOnSuspend', false),
      note: 'Shown in `apps/agent/src/workspaces/enforcement.test.ts`.',
    },
    {
      setting: 'Lock the Workspace after N minutes idle',
      stand: policy('virtualMachine.lockAfterIdleMinutes', 20),
    },
    {
      setting: 'Keep only N old image versions',
      stand: policy('virtualMachine.keepVersions', 3),
      note: 'Shown in `apps/agent/src/workspaces/plan-steps.test.ts`.',
    },
    {
      setting: 'Suggest update when a new version is available',
      stand: policy('virtualMachine.updateMode', 'force', {
        shows: ({ virtualMachine: { updateMode, forceAfterHours, countdownSeconds } }) => {
          const forceAfterMs = forceAfterHours * 3_600_000;
          const rules = { mode: updateMode, forceAfterMs, countdownMs: countdownSeconds * 1000 };
          const inUse = { held: 'v1', granted: 'v2', isRunning: true, isAtHand: true, isAgreed: false };
          const told = nextUpdate(null, rules, { ...inUse, trustedNowMs: 0 });
          const due = nextUpdate(told.standing, rules, { ...inUse, trustedNowMs: forceAfterMs });
          return [
            [told.effect, { kind: 'offer', deadlineMs: forceAfterMs }],
            [due.effect, { kind: 'begin-countdown', why: 'due' }],
          ];
        },
      }),
      note: 'MED-V could only suggest, and overwrote what people had; `force` ends that after `virtualMachine.forceAfterHours`, and `virtualMachine.keepPreviousDays` keeps the disk from before.',
    },
    {
      setting: 'Clients should use Trim Transfer when downloading images for this Workspace',
      stand: policy('delivery.useHostFiles', false),
    },
  ],
};
