import { Text } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import type { SettingNode, SettingWords } from '../../schema-fields/index.ts';
import { planWords } from '../editing/plan-words.ts';
import type { PlanForm } from '../editing/use-plan-form.ts';
import { FaultList } from './fault-list.tsx';
import classes from './inputs.module.css';
import { labelOf, ValueInput } from './value-input.tsx';

export interface PlanFieldProps {
  readonly form: PlanForm;
  /** Where the value is in the plan, `locations.3.hasLibrary`. */
  readonly path: string;
  /** The same without the numbers of rows. */
  readonly fieldPath: string;
  readonly node: SettingNode;
}

/** A field of a plan with its label, explanation and what is wrong with it. */
export function PlanField({ form, path, fieldPath, node }: PlanFieldProps): ReactNode {
  const id = useId();
  const words: SettingWords = planWords[fieldPath] ?? { label: fieldPath };
  const findings = form.faults.get(path) ?? [];
  const described = `${id}-about${findings.length > 0 ? ` ${id}-faults` : ''}`;
  return (
    <div className={classes.field} data-switch={node.kind === 'switch' || undefined}>
      <label htmlFor={id}>{labelOf(words, node)}</label>
      <ValueInput
        form={form}
        path={path}
        fieldPath={fieldPath}
        node={node}
        words={words}
        id={id}
        describedBy={described}
      />
      <FaultList findings={findings} id={`${id}-faults`} />
      <Text size="xs" c="dimmed" id={`${id}-about`}>
        {words.description ?? node.description}
      </Text>
    </div>
  );
}
