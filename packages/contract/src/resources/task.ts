import { z } from 'zod';
import { idSchema, timeSchema } from './primitives.ts';

export const taskStateSchema = z.enum(['running', 'succeeded', 'failed', 'cancelled']);

/** A long-running operation of the server. */
export const taskSchema = z.object({
  id: idSchema('task'),
  kind: z.enum(['verify-version', 'collect-garbage']),
  title: z.string(),
  state: taskStateSchema,
  progress: z.object({
    phase: z.string(),
    doneBytes: z.int().min(0).nullable(),
    totalBytes: z.int().min(0).nullable(),
  }),
  createdAt: timeSchema,
  createdBy: z.string(),
  endedAt: timeSchema.nullable(),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
});
export type Task = z.infer<typeof taskSchema>;
