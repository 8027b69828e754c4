import type { Finding } from '@carrel/planner';
import { useMemo } from 'react';
import { valueAt, withValueAt } from '../../schema-fields/index.ts';
import { type Faults, faultsOf } from './faults.ts';
import { isRecord, type PlanDraft } from './plan-draft.ts';
import { withRowValue } from './row-value.ts';

/** A plan being written, for its fields and tables. */
export interface PlanForm {
  readonly draft: PlanDraft;
  readonly isReadOnly: boolean;
  readonly faults: Faults;
  /** Changes whatever there is at the moment. */
  readonly change: (update: (draft: PlanDraft) => PlanDraft) => void;
  /** Puts a value at a path such as `locations.3.users`. */
  readonly setAt: (path: string, value: unknown) => void;
}

export interface PlanFormOptions {
  readonly draft: PlanDraft;
  readonly findings: readonly Finding[];
  readonly isReadOnly: boolean;
  readonly onChange: (update: (draft: PlanDraft) => PlanDraft) => void;
}

export function usePlanForm({ draft, findings, isReadOnly, onChange }: PlanFormOptions): PlanForm {
  const faults = useMemo(() => faultsOf(findings), [findings]);
  return useMemo(
    () => ({
      draft,
      isReadOnly,
      faults,
      change: onChange,
      setAt: (path, value) => onChange((current) => withField(current, path, value)),
    }),
    [draft, isReadOnly, faults, onChange],
  );
}

const rowField = /^(\w+\.\d+)\.(.+)$/u;

function withField(draft: PlanDraft, path: string, value: unknown): PlanDraft {
  const [, rowPath, field] = rowField.exec(path) ?? [];
  if (rowPath === undefined || field === undefined) return withValueAt(draft, path, value);
  const row = valueAt(draft, rowPath);
  return withValueAt(draft, rowPath, withRowValue(isRecord(row) ? row : {}, field, value));
}
