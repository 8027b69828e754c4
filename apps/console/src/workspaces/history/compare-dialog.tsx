import type { WorkspaceId } from '@carrel/kit';
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { Loaded } from '../../ui/index.ts';
import { ChangeList } from '../changes/change-list.tsx';
import { useComparison } from './use-comparison.ts';

export interface CompareDialogProps {
  readonly workspaceId: WorkspaceId;
  readonly older: number;
  readonly newer: number;
  readonly onClose: () => void;
}

/** What differs between two versions. Mount it to open it. */
export function CompareDialog({ workspaceId, older, newer, onClose }: CompareDialogProps): ReactNode {
  const query = useComparison(workspaceId, older, newer);
  return (
    <Modal opened onClose={onClose} size={680} title={`From version ${older} to version ${newer}`}>
      <Loaded query={query}>{(changes) => <ChangeList changes={changes} />}</Loaded>
    </Modal>
  );
}
