import { fail } from '@carrel/contract';
import { z } from 'zod';

/** @throws {REQUEST_INVALID} naming what is wrong */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw fail('REQUEST_INVALID', { reason: z.prettifyError(parsed.error) }, parsed.error);
}
