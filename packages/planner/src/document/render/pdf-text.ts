import type { ContentText } from 'pdfmake/interfaces.js';
import { cleanText } from '../model/clean-text.ts';
import type { Prose } from '../model/plan-document.ts';
import { fontRuns } from './pdf-fonts.ts';

/** A line of text, each piece in a font that has its characters. */
export function pdfText(line: Prose): ContentText[] {
  return line.flatMap((span) => {
    const isStrong = (span.kind === 'words' || span.kind === 'name') && span.isStrong === true;
    return fontRuns(cleanText(span.text)).map((run) => ({ ...run, ...(isStrong ? { bold: true } : {}) }));
  });
}
