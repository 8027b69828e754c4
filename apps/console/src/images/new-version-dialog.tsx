import type { Image } from '@carrel/contract';
import { Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ImageSteps } from './image-steps.tsx';

export interface NewVersionDialogProps {
  readonly image: Image;
  readonly onClose: () => void;
}

/** How the next version of an image comes here. */
export function NewVersionDialog({ image, onClose }: NewVersionDialogProps): ReactNode {
  return (
    <Modal opened onClose={onClose} title={`New version of ${image.name}`} size="lg">
      <Text size="sm" c="dimmed" mb="md">
        Only blocks that no earlier version holds are stored and downloaded again. Publishing moves the
        channel <span className="mono">production</span>; add <span className="mono">--channel pilot</span> to
        try it on a few first.
      </Text>
      <ImageSteps name={image.name} version={(image.latestVersion ?? 0) + 1} />
    </Modal>
  );
}
