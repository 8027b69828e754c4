import { isAppError } from '@carrel/kit';
import { z } from 'zod';

const detailsSchema = z.object({
  author: z.string(),
  currentVersion: z.int(),
  changes: z.array(z.object({ change: z.string() })),
});

/** What others changed of who has a workspace since it was read. */
export interface AssignmentsConflict {
  readonly author: string;
  /** The revision of the assignments to save on top of. */
  readonly revision: number;
  /** `granted to user ada`, oldest first. */
  readonly changes: readonly string[];
}

/** Reads a refusal; `undefined` when it is another failure, or none. */
export function assignmentsConflictOf(error: unknown): AssignmentsConflict | undefined {
  if (!isAppError(error, 'ASSIGNMENTS_CHANGED')) return undefined;
  const details = detailsSchema.safeParse(error.details);
  if (!details.success) return undefined;
  const { author, currentVersion, changes } = details.data;
  return { author, revision: currentVersion, changes: changes.map(({ change }) => change) };
}
