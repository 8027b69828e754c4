import type { z } from 'zod';

/** A time of the database as messages carry it. */
export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

export function isoTimeOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : isoTime(timeMs);
}

/** JSON text of the database, held against its schema: what an older server wrote is filled with defaults. */
export function parseJson<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  return schema.parse(JSON.parse(text));
}
