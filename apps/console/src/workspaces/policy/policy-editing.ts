import { createContext, useContext } from 'react';
import type { WorkspaceForm } from '../form-values.ts';

/** What every field of the policy needs. */
export interface PolicyEditing {
  readonly form: WorkspaceForm;
  readonly isReadOnly: boolean;
}

export const PolicyEditingContext = createContext<PolicyEditing | undefined>(undefined);

export function usePolicyEditing(): PolicyEditing {
  const editing = useContext(PolicyEditingContext);
  if (!editing) throw new Error('usePolicyEditing needs a PolicyEditingContext around it');
  return editing;
}
