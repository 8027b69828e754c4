import { z } from 'zod';

/** What stands for itself between percent signs in texts of set-up actions. */
export const setupVariables = ['username', 'hostname', 'workspace', 'domain', 'vm', 'computername'] as const;
export type SetupVariable = (typeof setupVariables)[number];

/** A path or an argument of a set-up command; may hold variables of {@link setupVariables}. */
export const setupTextSchema = z
  .string()
  .max(1000)
  .refine((text) => !/\p{Cc}/u.test(text), 'expected one line without control characters');

const secretWords = new Set(['password', 'secret']);

/**
 * Faults of the variables in a text. Other names between percent signs are the guest's own (`%SystemRoot%`) and left to
 * it, but a secret must not be asked for where everybody in the guest can read it.
 */
export function checkSetupVariables(text: string): string[] {
  return [...text.matchAll(/%([a-z]+)(?::[^%]*)?%/gi)]
    .map((match) => match[1]?.toLowerCase() ?? '')
    .filter((word) => secretWords.has(word.replace(/^medv/, '')))
    .map((word) => `%${word}% would be seen by everybody in the guest: name the secret in inputSecret`);
}
