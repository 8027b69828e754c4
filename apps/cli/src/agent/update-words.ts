import type { WorkspaceStatus } from '@carrel/contract';

/** What people are told of another version than the one they have, and of the disk from before the last update. */
export function describeUpdate({ workspaceName, update, previous }: WorkspaceStatus): string[] {
  const lines: string[] = [];
  if (update) {
    const where = update.isHere ? 'is here' : 'is there';
    const when =
      update.taken === 'next-start'
        ? 'the next start takes it'
        : `it is taken when you run: carrel agent update ${workspaceName}`;
    const deadline = update.deadline === null ? '' : `, at the latest on ${update.deadline}`;
    lines.push(`${workspaceName}: version ${update.version} ${where}; ${when}${deadline}.`);
  }
  if (previous) {
    const { version, keptUntil } = previous;
    lines.push(
      `${workspaceName}: its disk on version ${version} is kept until ${keptUntil}: carrel agent go-back ${workspaceName}`,
    );
  }
  return lines;
}
