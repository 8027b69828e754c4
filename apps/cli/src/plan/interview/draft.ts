import type { PlanInput } from '@carrel/planner';

/** What was answered so far; every state of it can be written to a file and gone on with. */
export type Draft = Partial<PlanInput>;

/** An interview under way. */
export interface Progress {
  readonly draft: () => Draft;
  /** Adds answers to the draft, and saves it. */
  readonly keep: (part: Draft) => Promise<void>;
}

/** Items of a list of the draft. */
export type DraftItem<List extends 'locations' | 'images' | 'workspaces' | 'separations' | 'travellers'> =
  NonNullable<Draft[List]>[number];
