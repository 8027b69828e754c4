import {
  type ComputerNamePart,
  type ComputerNameVariable,
  computerNameLength,
  parseComputerNamePattern,
} from '@carrel/contract';

/** What the variables of a pattern stand for. */
export type NamingValues = Readonly<Record<ComputerNameVariable, string>>;

export interface NamingSource {
  readonly values: NamingValues;
  /** Cryptographic where names shall not be guessed. */
  readonly randomBytes: (count: number) => Uint8Array;
}

const alphanumerics = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const digits = '0123456789';

/**
 * Makes a computer name by a pattern: at most 15 letters, digits and hyphens in upper case, valid in NetBIOS and DNS.
 * Where it would be longer, variables are shortened first, because fixed and random characters make names tell apart.
 * The same pattern, values and random numbers always make the same name.
 *
 * Names are as unique as the pattern's random characters make them: `********` has 36⁸ values, `####` only ten thousand,
 * so that among 120 guests two are likely the same. Nothing here asks whether a name is taken.
 *
 * @param pattern valid by `computerNamePatternSchema`
 */
export function makeComputerName(pattern: string, { values, randomBytes }: NamingSource): string {
  const parts = parseComputerNamePattern(pattern) ?? [];
  let room = Math.max(0, computerNameLength - parts.reduce((sum, part) => sum + fixedLength(part), 0));
  const pieces = parts.map((part) => {
    if (part.kind !== 'variable') return pieceOf(part, randomBytes);
    const piece = usableCharacters(values[part.name]).slice(0, Math.min(part.maximumLength, room));
    room -= piece.length;
    return piece;
  });
  const name = trimHyphens(pieces.join('').slice(0, computerNameLength).toUpperCase());
  return /[A-Z]/.test(name) ? name : replacementFor(name, randomBytes);
}

/** Characters a part has whatever the values are. */
function fixedLength(part: ComputerNamePart): number {
  return part.kind === 'text' ? part.text.length : part.kind === 'variable' ? 0 : 1;
}

function pieceOf(
  part: Exclude<ComputerNamePart, { kind: 'variable' }>,
  randomBytes: NamingSource['randomBytes'],
): string {
  return part.kind === 'text'
    ? part.text
    : randomCharacter(part.kind === 'digit' ? digits : alphanumerics, randomBytes);
}

/** Letters without their accents, digits and hyphens; runs of anything else become one hyphen. */
function usableCharacters(value: string): string {
  return trimHyphens(
    value
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/[^a-z0-9-]+/gi, '-'),
  );
}

/** A name without a letter is empty, or taken for an address. */
function replacementFor(name: string, randomBytes: NamingSource['randomBytes']): string {
  if (name !== '') return `N${name}`.slice(0, computerNameLength);
  return `VM-${Array.from({ length: 8 }, () => randomCharacter(alphanumerics, randomBytes)).join('')}`;
}

/** Every character as likely as every other: bytes that would favor some are thrown away. */
function randomCharacter(alphabet: string, randomBytes: NamingSource['randomBytes']): string {
  const limit = 256 - (256 % alphabet.length);
  for (;;) {
    const [byte] = randomBytes(1);
    if (byte !== undefined && byte < limit) return alphabet.charAt(byte % alphabet.length);
  }
}

function trimHyphens(text: string): string {
  return text.replace(/^-+|-+$/g, '');
}
