import { NumberInput } from '@mantine/core';
import type { ReactNode } from 'react';

/** How often something is played through, and by which chances. */
export interface Chance {
  readonly seed: number;
  readonly runs: number;
}

export interface ChanceFieldsProps {
  readonly value: Chance;
  readonly onChange: (value: Chance) => void;
}

/** Runs of a simulation, and the seed that makes it come out the same again. */
export function ChanceFields({ value, onChange }: ChanceFieldsProps): ReactNode {
  const number = (given: number | string): number => (typeof given === 'number' ? given : 1);
  return (
    <>
      <NumberInput
        label="Runs"
        w={84}
        min={1}
        max={50}
        value={value.runs}
        onChange={(runs) => onChange({ ...value, runs: number(runs) })}
      />
      <NumberInput
        label="Seed"
        w={100}
        min={1}
        max={999_999}
        value={value.seed}
        onChange={(seed) => onChange({ ...value, seed: number(seed) })}
      />
    </>
  );
}
