import type { Finding } from '@carrel/planner';
import { useMemo } from 'react';
import { withValueAt } from '../../schema-fields/index.ts';
import { type Faults, faultsOf } from './faults.ts';
import type { PlanDraft } from './plan-draft.ts';

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

/** A link that leads nowhere is none. */
const linkEnd = /^(locations\.\d+\.uplink)\.to$/u;

function withField(draft: PlanDraft, path: string, value: unknown): PlanDraft {
  const link = linkEnd.exec(path)?.[1];
  return link !== undefined && value === ''
    ? withValueAt(draft, link, null)
    : withValueAt(draft, path, value);
}
