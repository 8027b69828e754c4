import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { PdfFonts } from '@carrel/planner';

/** The fonts that come with the command line. */
export async function loadPdfFonts(): Promise<PdfFonts> {
  const [regular, bold, everything] = await Promise.all([
    readFont(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
    readFont(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
    readFont(import.meta.resolve('@fontsource/unifontex/files/unifontex-latin-400-normal.woff')),
  ]);
  return { regular, bold, everything };
}

async function readFont(url: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(fileURLToPath(url)));
}
