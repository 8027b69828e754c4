import { create, type Font } from 'fontkit';
import { describe, expect, it } from 'vitest';
import { loadFonts } from '../testing/load-fonts.ts';
import { fontRuns } from './pdf-fonts.ts';
import { unpackWoff } from './unpack-woff.ts';

const unassigned = /[\p{Cn}\p{Cc}\p{Cs}\p{Co}\p{Cf}]/u;

describe('the fonts of PDF documents', () => {
  it('draw every character of the basic plane between them', async () => {
    const fonts = await loadFonts();
    const open = (bytes: Uint8Array): Font => {
      const font = create(Buffer.from(unpackWoff(bytes)));
      if (!('hasGlyphForCodePoint' in font)) throw new Error('expected one font');
      return font;
    };
    const [regular, bold, everything] = [open(fonts.regular), open(fonts.bold), open(fonts.everything)];
    const missing = { text: [] as string[], everything: [] as string[] };
    for (let point = 0x20; point < 0x1_0000; point += 1) {
      const character = String.fromCodePoint(point);
      if (unassigned.test(character)) continue;
      const isText = fontRuns(character)[0]?.font === 'Text';
      const drawing = isText ? [regular, bold] : [everything];
      if (drawing.every((font) => font.hasGlyphForCodePoint(point))) continue;
      missing[isText ? 'text' : 'everything'].push(point.toString(16));
    }
    expect(missing.text).toEqual([]);
    // Some dozens that Unicode got after the font; they show as a box.
    expect(missing.everything.length).toBeLessThan(100);
  });

  it('keep a space with the word before it', () => {
    expect(fontRuns('Büro 東京 A')).toEqual([
      { text: 'Büro ', font: 'Text' },
      { text: '東京 ', font: 'Everything' },
      { text: 'A', font: 'Text' },
    ]);
  });

  it('are refused where a packed one is cut off', async () => {
    const { everything } = await loadFonts();
    expect(() => unpackWoff(everything.subarray(0, 100))).toThrow('damaged');
    expect(() => unpackWoff(everything.subarray(0, 10_000))).toThrow('damaged');
  });
});
