import { z } from 'zod';

/** A command line as an operating system takes it: one line, program first, paths with spaces in double quotes. */
export const commandLineSchema = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  .refine((text) => !/\p{Cc}/u.test(text), 'expected one line without control characters')
  .refine(hasBalancedQuotes, 'expected every double quote to be closed');

function hasBalancedQuotes(text: string): boolean {
  return text.split('"').length % 2 === 1;
}
