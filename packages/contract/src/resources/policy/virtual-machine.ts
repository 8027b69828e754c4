import { z } from 'zod';
import type { PolicyFault } from './fault.ts';

/** The tab Virtual machine: the guest's life on the computer. Which image it runs is the workspace's own field. */
export const virtualMachineSchema = z.strictObject({
  persistence: z
    .enum(['persistent', 'revertible'])
    .default('revertible')
    .describe(
      'persistent keeps changes; revertible returns to the image at every stop. Revertible, because a guest that is always as it was tested needs no repair.',
    ),
  stopAction: z
    .enum(['save', 'shutdown'])
    .default('shutdown')
    .describe(
      'What stopping a persistent workspace does: save its running state to disk, or shut it down. A revertible one is always shut down. Shut down, because it needs no room for the memory of the guest.',
    ),
  countdownSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(60)
    .describe(
      'Warning time before a workspace is stopped because its permission ended. A minute is enough to save a document.',
    ),
  isSingleSignOnUsed: z
    .boolean()
    .default(false)
    .describe(
      'Sign in to the guest with the credentials given to Carrel; persistent workspaces only. Off: the password would go into the guest.',
    ),
  isTimeZoneSynchronized: z
    .boolean()
    .default(true)
    .describe(
      "The guest is given the computer's time zone when it starts and whenever that changes; off, it keeps the image's. On, so that appointments are where people are.",
    ),
  isLockedOnSuspend: z
    .boolean()
    .default(true)
    .describe(
      'Lock the workspace when the computer sleeps or hibernates. On: a computer asleep may be carried away.',
    ),
  lockAfterIdleMinutes: z
    .int()
    .min(1)
    .max(1440)
    .nullable()
    .default(null)
    .describe(
      "Lock the workspace after its applications were not used for so long. None: the computer's own lock covers it.",
    ),
  cpus: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe(
      'Virtual processors of the guest; at least what its image asks for. One, because old systems know no more.',
    ),
  keepVersions: z
    .int()
    .min(0)
    .max(20)
    .default(1)
    .describe(
      'Older image versions kept on the computer; the one in use is never removed. One, so that a rollback downloads nothing.',
    ),
  updateMode: z
    .enum(['suggest', 'force'])
    .default('suggest')
    .describe(
      'When another image version is taken. suggest: a revertible workspace at its next start, which its person may put off; a persistent one only when its person agrees. force: likewise, and at the latest forceAfterHours after the computer heard of it, a running guest being stopped for it after the countdown. Suggest, because a persistent workspace begins anew with it.',
    ),
  forceAfterHours: z
    .int()
    .min(0)
    .max(8760)
    .default(72)
    .describe('With updateMode force: how long people may put the update off. Three days span a weekend.'),
  keepPreviousDays: z
    .int()
    .min(0)
    .max(90)
    .default(14)
    .describe(
      'For how many days the disk of a persistent workspace stays on the computer after an update took its place, so that one can go back to it. Two weeks, so that somebody back from a holiday can.',
    ),
});

/** What the fields of the tab say against each other. */
export function checkVirtualMachine(tab: z.output<typeof virtualMachineSchema>): PolicyFault[] {
  if (tab.persistence === 'persistent') return [];
  const faults: PolicyFault[] = [];
  if (tab.stopAction === 'save') {
    faults.push({
      path: ['virtualMachine', 'stopAction'],
      message:
        'a revertible workspace keeps nothing and cannot be saved: expected shutdown, or persistence persistent',
    });
  }
  if (tab.isSingleSignOnUsed) {
    faults.push({
      path: ['virtualMachine', 'isSingleSignOnUsed'],
      message:
        'only a persistent workspace signs in with the credentials given to Carrel: expected false, or persistence persistent',
    });
  }
  return faults;
}
