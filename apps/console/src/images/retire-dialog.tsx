import { type ImageVersion, routes } from '@carrel/contract';
import type { ReactNode } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { TypedConfirmation } from '../ui/index.ts';

export interface RetireDialogProps {
  readonly version: ImageVersion;
  readonly onClose: () => void;
}

/** Withdraws a version after its number was typed. */
export function RetireDialog({ version, onClose }: RetireDialogProps): ReactNode {
  const retire = useChange(routes.retireVersion, { invalidates: [queryKeys.images], onDone: onClose });
  return (
    <TypedConfirmation
      title={`Retire version ${version.number}`}
      expected={`v${version.number}`}
      confirmLabel="Retire version"
      isPending={retire.isPending}
      error={retire.error}
      onConfirm={() => retire.mutate({ params: { imageId: version.imageId, number: version.number } })}
      onClose={onClose}
    >
      No channel can point at a retired version again, so nobody can roll back to it. This cannot be taken
      back.
    </TypedConfirmation>
  );
}
