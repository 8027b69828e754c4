import { type Intervals, intervalsSchema } from '@carrel/contract';
import { z } from 'zod';
import type { Queries } from '../database/index.ts';
import { parseJson } from '../database/values.ts';

/** How many days events are kept, by severity. */
export const retentionSchema = z.object({
  information: z.int().min(1).default(90),
  warning: z.int().min(1).default(365),
  error: z.int().min(1).default(365),
});
export type Retention = z.infer<typeof retentionSchema>;

/** How often agents make contact with this instance. */
export async function readIntervals(queries: Queries): Promise<Intervals> {
  return readSetting(queries, 'intervals', intervalsSchema);
}

export async function readRetention(queries: Queries): Promise<Retention> {
  return readSetting(queries, 'event-retention', retentionSchema);
}

/** What is stored, else the schema's defaults. */
async function readSetting<S extends z.ZodType>(
  queries: Queries,
  name: string,
  schema: S,
): Promise<z.output<S>> {
  const row = await queries
    .selectFrom('settings')
    .select('valueJson')
    .where('name', '=', name)
    .executeTakeFirst();
  return parseJson(schema, row?.valueJson ?? '{}');
}
