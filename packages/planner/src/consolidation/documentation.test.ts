import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bookNotes } from './book-notes.ts';
import { hostProfileSchema } from './hosts/index.ts';
import { applicationColumns, serverColumns } from './import/template.ts';
import { consolidationSettingsSchema } from './settings.ts';

const page = await readFile(join(import.meta.dirname, '../../../../docs/consolidation.md'), 'utf8');

describe('docs/consolidation.md', () => {
  it('names every column of the template', () => {
    const headings = Object.values({ ...serverColumns, ...applicationColumns }).map(
      (column) => column.headings[0],
    );
    expect(headings.filter((heading) => !page.includes(heading))).toEqual([]);
  });

  it('names every setting', () => {
    const settings = [consolidationSettingsSchema, hostProfileSchema].flatMap((schema) =>
      fieldsOf(z.toJSONSchema(schema)),
    );
    expect(settings.length).toBeGreaterThan(50);
    expect(settings.filter((name) => !page.includes(name))).toEqual([]);
  });

  it('tells of every error of the book', () => {
    expect(Object.keys(bookNotes).filter((id) => !page.includes(id))).toEqual([]);
  });
});

function fieldsOf(schema: z.core.JSONSchema.JSONSchema): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    typeof field === 'object' && field.properties !== undefined ? fieldsOf(field) : [name],
  );
}
