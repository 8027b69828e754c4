import { Button, Group, Loader, Progress } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ProblemAlert } from '../../ui/index.ts';

export interface RunControlsProps {
  readonly job: { readonly isRunning: boolean; readonly error: unknown; readonly cancel: () => void };
  readonly onStart: () => void;
  /** 0 to 1; absent where a simulation does not tell. */
  readonly progress?: number;
}

/** Starts a simulation, shows that it runs, and gives it up. */
export function RunControls({ job, onStart, progress }: RunControlsProps): ReactNode {
  return (
    <>
      <Group gap="xs">
        {job.isRunning ? (
          <Button
            variant="default"
            leftSection={<IconPlayerStop size={16} aria-hidden />}
            onClick={job.cancel}
          >
            Cancel
          </Button>
        ) : (
          <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={onStart}>
            Simulate
          </Button>
        )}
        {job.isRunning && progress === undefined ? <Loader size="xs" aria-label="Simulating" /> : null}
      </Group>
      {job.isRunning && progress !== undefined ? (
        <Progress value={progress * 100} aria-label="Progress of the simulation" animated />
      ) : null}
      {job.error ? <ProblemAlert error={job.error} /> : null}
    </>
  );
}
