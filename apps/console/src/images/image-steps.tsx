import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CommandBlock } from '../ui/index.ts';
import { imageSteps } from './first-image-commands.ts';

export interface ImageStepsProps {
  readonly name: string;
  readonly version: number;
}

/** The commands that start the next step, ready to be copied. */
export function ImageSteps({ name, version }: ImageStepsProps): ReactNode {
  return (
    <Stack component="ol" gap="sm" m={0} p={0} ta="left" style={{ listStyle: 'none' }}>
      {imageSteps(window.location.origin, name, version).map((step, index) => (
        <li key={step.title}>
          <Text size="sm" fw={550} c="var(--mantine-color-text)" mb={4}>
            {index + 1}. {step.title}
          </Text>
          <CommandBlock command={step.command} label={step.title} />
        </li>
      ))}
    </Stack>
  );
}
