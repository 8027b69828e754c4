import {
  type Workspace,
  type WorkspaceInput,
  type WorkspacePolicy,
  workspaceInputSchema,
} from '@carrel/contract';
import type { z } from 'zod';
import type { SchemaForm, Typed } from '../ui/index.ts';

export type PolicyValues = Typed<WorkspacePolicy>;

/** What the form holds: the whole input, with empty text where a number or choice is still missing. */
export type WorkspaceFormValues = {
  name: string;
  description: string;
  imageId: string;
  channel: string;
  policy: PolicyValues;
};

export type WorkspaceForm = SchemaForm<WorkspaceFormValues>;

/** The form of a workspace as it is. */
export function valuesOf(workspace: Workspace): WorkspaceFormValues {
  const { name, description, imageId, channel, policy } = workspace;
  return structuredClone({ name, description, imageId, channel, policy });
}

/** The form of a workspace that does not exist yet: the schema's own defaults. */
export function newValues(): WorkspaceFormValues {
  const { policy, channel, description } = workspaceInputSchema
    .omit({ name: true, imageId: true })
    .parse({} satisfies Partial<z.input<typeof workspaceInputSchema>>);
  return structuredClone({ name: '', description, imageId: '', channel, policy });
}

/**
 * What is sent.
 *
 * @throws {z.ZodError} the values are not valid; check with `fieldErrors` first
 */
export function inputOf(values: WorkspaceFormValues): WorkspaceInput {
  return workspaceInputSchema.parse(values);
}
