import { z } from 'zod';

/** What a pattern can take from its surroundings. */
export const computerNameVariables = ['username', 'hostname', 'workspace', 'domain', 'vm'] as const;
export type ComputerNameVariable = (typeof computerNameVariables)[number];

/** One piece of a pattern, in order. */
export type ComputerNamePart =
  | { readonly kind: 'text'; readonly text: string }
  /** At most so many characters of it. */
  | { readonly kind: 'variable'; readonly name: ComputerNameVariable; readonly maximumLength: number }
  | { readonly kind: 'digit' }
  | { readonly kind: 'alphanumeric' };

/** NetBIOS allows no more ([MS-NBTE] 2.2.1: 16 bytes, the last of them a type). */
export const computerNameLength = 15;

const piece = new RegExp(
  `%(?<name>${computerNameVariables.join('|')})%(?:\\[(?<length>[1-9]|1[0-5])\\])?|(?<random>[#*])|(?<text>[a-z0-9-]+)`,
  'giy',
);

/** The pieces of a pattern; `undefined` when it is none. */
export function parseComputerNamePattern(pattern: string): ComputerNamePart[] | undefined {
  const parts: ComputerNamePart[] = [];
  let end = 0;
  for (const match of pattern.matchAll(piece)) {
    parts.push(partOf(match.groups ?? {}));
    end = match.index + match[0].length;
  }
  return end === pattern.length && parts.length > 0 ? parts : undefined;
}

function partOf(groups: Readonly<Record<string, string | undefined>>): ComputerNamePart {
  const { text, random, length } = groups;
  if (text !== undefined) return { kind: 'text', text };
  if (random !== undefined) return { kind: random === '#' ? 'digit' : 'alphanumeric' };
  const name = computerNameVariables.find((known) => known === groups.name?.toLowerCase()) ?? 'vm';
  return { kind: 'variable', name, maximumLength: Number(length ?? computerNameLength) };
}

/** Text of a pattern that can make valid names. */
export const computerNamePatternSchema = z
  .string()
  .max(100)
  .superRefine((pattern, context) => {
    const message = faultOf(pattern);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

function faultOf(pattern: string): string | undefined {
  const parts = parseComputerNamePattern(pattern);
  if (!parts) {
    return 'expected letters, digits, -, #, * and %username%, %hostname%, %workspace%, %domain% or %vm%, each with [1] to [15]';
  }
  const constant = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  if (constant.length > computerNameLength) {
    return `its fixed text has ${constant.length} characters: a computer name has at most ${computerNameLength}`;
  }
  if (pattern.startsWith('-')) return 'a computer name does not begin with -';
  if (parts.every((part) => part.kind === 'digit' || (part.kind === 'text' && /^\d+$/.test(part.text)))) {
    return 'a computer name of digits alone is taken for an address';
  }
  return undefined;
}
