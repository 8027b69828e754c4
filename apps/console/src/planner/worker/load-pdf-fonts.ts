import { fail } from '@carrel/contract';
import type { PdfFonts } from '@carrel/planner';
import everythingAddress from '@fontsource/unifontex/files/unifontex-latin-400-normal.woff?url';
import regularAddress from 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf?url';
import boldAddress from 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf?url';

/**
 * The fonts that the server gives out with the console; the same that the command line uses.
 *
 * @throws {SERVER_UNREACHABLE}
 */
export async function loadPdfFonts(): Promise<PdfFonts> {
  const [regular, bold, everything] = await Promise.all([
    loadFont(regularAddress),
    loadFont(boldAddress),
    loadFont(everythingAddress),
  ]);
  return { regular, bold, everything };
}

/** @throws {SERVER_UNREACHABLE} */
async function loadFont(address: string): Promise<Uint8Array> {
  const server = self.location.origin;
  let response: Response;
  try {
    response = await fetch(address);
  } catch (error) {
    throw fail('SERVER_UNREACHABLE', { server, reason: 'a font could not be loaded' }, error);
  }
  if (!response.ok) {
    const reason = `it has no font for documents (${response.status})`;
    throw fail('SERVER_UNREACHABLE', { server, reason });
  }
  return new Uint8Array(await response.arrayBuffer());
}
