import type { FieldChange, WorkspaceContent } from '@carrel/contract';
import { diffTrees } from './diff-trees.ts';
import { tabOf } from './workspace-tabs.ts';

/** What of a workspace is compared: everything people edit, the image by its name. */
export type ComparedWorkspace = Omit<WorkspaceContent, 'imageId'>;

/** Where two states of a workspace differ, field by field, each with the tab it is edited on. */
export function diffWorkspaces(before: ComparedWorkspace, after: ComparedWorkspace): FieldChange[] {
  return diffTrees(compared(before), compared(after)).map((change) => ({
    tab: tabOf(change.path),
    ...change,
  }));
}

/** Only what is compared, whatever else the object given has. */
function compared({ name, description, image, channel, policy }: ComparedWorkspace): ComparedWorkspace {
  return { name, description, image, channel, policy };
}
