/** Fonts of a PDF document as files, TrueType or WOFF 1.0. Parts of them are put into every document. */
export interface PdfFonts {
  /** DejaVu Sans: Latin, Greek, Cyrillic, Hebrew, Arabic and more. */
  readonly regular: Uint8Array;
  /** DejaVu Sans Bold. */
  readonly bold: Uint8Array;
  /** UnifontEX: whatever else Unicode has; used only where needed. */
  readonly everything: Uint8Array;
}

export type PdfFontName = 'Text' | 'Everything';

// What DejaVu Sans draws, regular and bold; a test asks the fonts.
const textCharacters =
  /^[\u0020-\u007e\u00a0-\u021f\u0370-\u0373\u0384-\u03ff\u0400-\u04ff\u05d0-\u05ea\u0621-\u063a\u0641-\u0652\u1e00-\u1efb\u2010-\u2027\u2030-\u203a\u20ac\u2190-\u2199\u2200-\u220f\u2212\u2248\u2260-\u2265]$/u;

/** The text in pieces, each with the font that can draw it. */
export function fontRuns(text: string): { readonly text: string; readonly font: PdfFontName }[] {
  const runs: { text: string; font: PdfFontName }[] = [];
  for (const character of text) {
    const font = textCharacters.test(character) ? 'Text' : 'Everything';
    const last = runs.at(-1);
    // A space goes with what is before it.
    if (last && (last.font === font || character === ' ')) last.text += character;
    else runs.push({ text: character, font });
  }
  return runs;
}
