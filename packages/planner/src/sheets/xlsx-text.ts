const unwritable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot hold.
  /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g;

/**
 * Writes characters that XML cannot hold as `_xHHHH_` (ECMA-376 part 1, 22.9.2.19), which readers undo; and the first
 * one of a text that every object has a property of, because write-excel-file looks its texts up in a plain object.
 */
export function escapeWorkbookText(text: string): string {
  const escaped = text.toWellFormed().replace(unwritable, escapeCharacter);
  return escaped in {} ? `${escapeCharacter(escaped)}${escaped.slice(1)}` : escaped;
}

/** A name that a sheet may have, and that none of the others has. */
export function sheetNameFor(name: string, taken: ReadonlySet<string>): string {
  const allowed =
    escapeWorkbookText(name)
      .replace(/[[\]:*?/\\]/g, '-')
      .replace(/^'+|'+$/g, '')
      .trim() || 'Sheet';
  for (let count = 1; ; count += 1) {
    const suffix = count === 1 ? '' : ` (${count})`;
    const candidate = `${allowed.slice(0, 31 - suffix.length).toWellFormed()}${suffix}`;
    if (!taken.has(candidate.toLowerCase())) return candidate;
  }
}

function escapeCharacter(text: string): string {
  return `_x${text.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}
