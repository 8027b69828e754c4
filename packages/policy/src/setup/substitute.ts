import { type SetupVariable, setupVariables } from '@carrel/contract';

/** What the variables stand for at one computer. */
export type SetupValues = Readonly<Record<SetupVariable, string>>;

export type Substitution =
  | { readonly outcome: 'filled'; readonly text: string }
  | { readonly outcome: 'unusable'; readonly variable: SetupVariable };

/** Characters that a shell of any guest gives a meaning to, besides control characters. */
const shellCharacters = /["'`&|<>^%!;$*?(){}[\]~#]|\p{Cc}/u;

const variable = new RegExp(`%(${setupVariables.join('|')})%`, 'gi');

/**
 * Fills in the variables of a text, in any case. A value that a shell could read as more than text is refused, because
 * what the command does with its arguments is not known here; other names between percent signs stay as they are.
 */
export function substitute(text: string, values: SetupValues): Substitution {
  const named = [...text.matchAll(variable)].map((match) => nameOf(match[1] ?? ''));
  const unusable = named.find((name) => shellCharacters.test(values[name]));
  if (unusable !== undefined) return { outcome: 'unusable', variable: unusable };
  return { outcome: 'filled', text: text.replace(variable, (_all, name: string) => values[nameOf(name)]) };
}

function nameOf(text: string): SetupVariable {
  return setupVariables.find((known) => known === text.toLowerCase()) ?? 'vm';
}
