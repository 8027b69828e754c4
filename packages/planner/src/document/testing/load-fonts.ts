import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { PdfFonts } from '../render/pdf-fonts.ts';

const { resolve } = createRequire(import.meta.url);

/** The fonts that the command line uses. */
export async function loadFonts(): Promise<PdfFonts> {
  const [regular, bold, everything] = await Promise.all(
    [
      'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
      'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
      '@fontsource/unifontex/files/unifontex-latin-400-normal.woff',
    ].map(async (file) => new Uint8Array(await readFile(resolve(file)))),
  );
  if (!regular || !bold || !everything) throw new Error('fonts are missing');
  return { regular, bold, everything };
}
