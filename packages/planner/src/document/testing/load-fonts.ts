import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { PdfFonts } from '../render/pdf-fonts.ts';

const require = createRequire(import.meta.url);

/** The fonts that the command line uses. */
export async function loadFonts(): Promise<PdfFonts> {
  const [regular, bold, everything] = await Promise.all([
    readFile(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
    readFile(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
    readFile(require.resolve('@fontsource/unifontex/files/unifontex-latin-400-normal.woff')),
  ]);
  return { regular, bold, everything };
}
