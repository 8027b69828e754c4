import type { z } from 'zod';
import type { AgentDatabase } from './database.ts';

/** Single values kept in the database, each under a name and checked by a schema when read. */
export interface Facts {
  /** `undefined` when nothing was kept under the name. */
  read<Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema> | undefined;
  write(name: string, value: unknown): void;
}

export function createFacts(database: AgentDatabase): Facts {
  const select = database.sqlite.prepare('SELECT value FROM facts WHERE name = ?');
  const upsert = database.sqlite.prepare(
    'INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    read: (name, schema) => {
      const value = select.get(name)?.['value'];
      return value === undefined ? undefined : schema.parse(JSON.parse(String(value)));
    },
    write: (name, value) => void upsert.run(name, JSON.stringify(value)),
  };
}
