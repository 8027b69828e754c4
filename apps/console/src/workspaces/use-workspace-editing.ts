import { routes, type Workspace, workspaceInputSchema } from '@carrel/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { fieldErrors, useSchemaForm } from '../ui/index.ts';
import { inputOf, valuesOf, type WorkspaceForm, type WorkspaceFormValues } from './form-values.ts';
import { type Choices, compareVersions, mergeVersions, type ThreeWay } from './workspace-changes.ts';

export interface WorkspaceEditing {
  readonly form: WorkspaceForm;
  readonly isDirty: boolean;
  readonly isSaving: boolean;
  /** Why the last save failed; a conflict is in {@link conflict} instead. */
  readonly error: Error | null;
  /** There while somebody else saved a version that this form is not based on. */
  readonly conflict: ThreeWay | undefined;
  readonly save: (values: WorkspaceFormValues) => void;
  /** Saves one's own changes on top of the other person's version. */
  readonly saveOnTop: (choices: Choices) => void;
  /** Gives up what was typed and shows the newest version. */
  readonly discard: () => void;
}

interface Base {
  readonly values: WorkspaceFormValues;
  readonly revision: number;
}

/**
 * Editing of a workspace that others may change at the same time. Without changes here the form follows theirs; with
 * changes it waits for a decision.
 *
 * @param newest the version the server has now
 */
export function useWorkspaceEditing(newest: Workspace): WorkspaceEditing {
  const queryClient = useQueryClient();
  const [base, setBase] = useState<Base>(() => baseOf(newest));
  const form = useSchemaForm<WorkspaceFormValues>({
    initialValues: base.values,
    errorsOf: (values) => fieldErrors(workspaceInputSchema, values),
  });
  const isDirty = form.isDirty();
  const queryKey = [...queryKeys.workspaces, newest.id];
  const adopt = (workspace: Workspace): void => {
    const next = baseOf(workspace);
    setBase(next);
    form.setInitialValues(next.values);
    form.setValues(next.values);
    form.clearErrors();
  };
  const change = useChange(routes.changeWorkspace, {
    invalidates: [queryKeys.workspaces],
    onDone: (saved) => {
      queryClient.setQueryData(queryKey, saved);
      adopt(saved);
    },
  });
  const isBehind = newest.revision > base.revision;
  useEffect(() => {
    if (isBehind && !isDirty) adopt(newest);
  });
  const conflict =
    isBehind && isDirty ? compareVersions(base.values, valuesOf(newest), form.getValues()) : undefined;
  const send = (values: WorkspaceFormValues, revision: number): void =>
    change.mutate({ params: { workspaceId: newest.id }, body: inputOf(values), revision });
  return {
    form,
    isDirty,
    isSaving: change.isPending,
    error: conflict ? null : change.error,
    conflict,
    save: (values) => send(values, base.revision),
    saveOnTop: (choices) => {
      if (!conflict) return;
      const theirs = baseOf(newest);
      const merged = mergeVersions(theirs.values, conflict, choices);
      setBase(theirs);
      form.setInitialValues(theirs.values);
      form.setValues(merged);
      if (Object.keys(fieldErrors(workspaceInputSchema, merged)).length === 0) send(merged, theirs.revision);
      else form.setErrors(fieldErrors(workspaceInputSchema, merged));
    },
    discard: () => {
      change.reset();
      adopt(newest);
    },
  };
}

function baseOf(workspace: Workspace): Base {
  return { values: valuesOf(workspace), revision: workspace.revision };
}
