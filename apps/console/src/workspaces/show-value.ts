import { z } from 'zod';
import { choiceLabels } from './labels.ts';

const tableSchema = z.array(z.object({ hostMiB: z.unknown(), guestMiB: z.unknown() }));

/** A field's value in words, for comparisons. `imageName` turns an image's id into its name. */
export function showValue(value: unknown, imageName: (id: string) => string | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') {
    return value === '' ? '(empty)' : (choiceLabels[value] ?? imageName(value) ?? value);
  }
  const table = tableSchema.safeParse(value);
  if (!table.success) return JSON.stringify(value);
  return table.data.map((row) => `${String(row.hostMiB)}→${String(row.guestMiB)}`).join(', ');
}
