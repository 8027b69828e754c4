import type { ReactNode } from 'react';
import { planSettings } from '../editing/plan-settings.ts';
import type { PlanForm } from '../editing/use-plan-form.ts';
import classes from './inputs.module.css';
import { PlanField } from './plan-field.tsx';

export interface SectionFieldsProps {
  readonly form: PlanForm;
  /** `delivery` for all of its settings, or single paths. */
  readonly sections: readonly string[];
}

/** Settings of a plan outside its lists, side by side where there is room. */
export function SectionFields({ form, sections }: SectionFieldsProps): ReactNode {
  const nodes = sections.flatMap((section) =>
    [...planSettings.values()].filter(({ path }) => path === section || path.startsWith(`${section}.`)),
  );
  return (
    <div className={classes.grid}>
      {nodes.map((node) => (
        <PlanField key={node.path} form={form} path={node.path} fieldPath={node.path} node={node} />
      ))}
    </div>
  );
}
