import { z } from 'zod';

/** One kind of event. `{name}` in the template is a field of that name. */
export interface EventDefinition {
  readonly severity: 'information' | 'warning' | 'error';
  readonly category: 'agent' | 'image' | 'lease' | 'workspace' | 'guest' | 'server';
  readonly template: string;
  /** Shape of the fields; units are in their names. */
  readonly fields: Readonly<Record<string, z.ZodType<string | number | boolean>>>;
}

export const text = z.string().max(500);
export const bytes = z.int().min(0);
export const seconds = z.number().min(0);
export const failureFields = { code: text, message: text } as const;
