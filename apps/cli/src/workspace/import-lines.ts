import type { ImportResult } from '@carrel/contract';
import { describeAssignmentChange, describeChange } from '@carrel/policy';
import { effectLines } from '../policy/index.ts';

/** What an import did or would do, for eyes: each workspace's changes, then what they do to people. */
export function importLines({ workspaces, effect }: ImportResult): string[] {
  const changed = workspaces.filter(({ action }) => action !== 'unchanged');
  if (changed.length === 0) return ['Everything is as the document says already.'];
  return [
    ...changed.flatMap(({ name, action, changes, assignments, hasImage, missingSecrets }) => [
      `${name}: ${action}`,
      ...changes.map((change) => `  ${describeChange(change)}`),
      ...assignments.map((change) => `  ${describeAssignmentChange(change)}`),
      ...(hasImage ? [] : ['  Its channel points at no published version: nobody can start it yet.']),
      ...missingSecrets.map(
        (secret) =>
          `  Its set-up needs the secret ${secret}, which is not there: carrel server secret set ${secret}.`,
      ),
    ]),
    ...effectLines(effect),
  ];
}
