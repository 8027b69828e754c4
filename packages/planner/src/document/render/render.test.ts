import fc from 'fast-check';
import { marked } from 'marked';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { cleanText } from '../model/clean-text.ts';
import { loadFonts } from '../testing/load-fonts.ts';
import { smallDocument } from '../testing/small-document.ts';
import { renderHtml } from './render-html.ts';
import { renderMarkdown } from './render-markdown.ts';
import { renderPdf } from './render-pdf.ts';

type Node = DefaultTreeAdapterTypes.Node;

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"',
        "'",
        '<',
        '>',
        '&amp;',
        '&#60;',
        '`',
        '``',
        '|',
        '\\',
        '\n',
        '# ',
        '- ',
        '1. ',
        '> ',
        '![a](http://x)',
        '[a](javascript:b)',
        '<!--',
        '-->',
        ']]>',
        '</title>',
        '</style>',
        '*a*',
        '_b_',
        '~~c~~',
        'http://example.org',
        'www.example.org',
        'a@example.org',
        '@here',
        '=SUM(A1)',
        '\u202e',
        '東京',
        'Łódź',
        '    ',
        '---',
        '===',
        '{{x}}',
        '$x$',
        'a',
        ' ',
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
);

describe('a document as HTML', () => {
  it('is what it was last time', async () => {
    await expect(renderHtml(smallDocument('Zürich & Søn'))).toMatchFileSnapshot('../testing/small.html');
  });

  it('has the same elements and attributes whatever things are called', () => {
    const expected = shape(parse(renderHtml(smallDocument('plain'))));
    fc.assert(
      fc.property(hostile, (called) => {
        expect(shape(parse(renderHtml(smallDocument(called))))).toEqual(expected);
      }),
    );
  });

  it('says what things are called, and refers to nothing outside', () => {
    fc.assert(
      fc.property(hostile, (called) => {
        const html = renderHtml(smallDocument(called));
        expect(contentOf(parse(html))).toContain(cleanText(called));
        expect(html).not.toMatch(/<(script|link|img|iframe)|url\(|@import/u);
      }),
    );
  });
});

describe('a document as Markdown', () => {
  it('is what it was last time', async () => {
    const markdown = renderMarkdown(smallDocument('Zürich & Søn'), {
      figureAddress: (id) => `pictures/${id}.svg`,
    });
    await expect(markdown).toMatchFileSnapshot('../testing/small.md');
  });

  it('has the same structure whatever things are called', () => {
    const expected = shape(parse(toHtml(smallDocument('plain'))));
    fc.assert(
      fc.property(
        hostile.filter((called) => cleanText(called).trim() !== ''),
        (called) => {
          expect(shape(parse(toHtml(smallDocument(called))))).toEqual(expected);
        },
      ),
    );
  });

  it('reads as things are called', () => {
    fc.assert(
      fc.property(hostile, (called) => {
        const text = contentOf(parse(toHtml(smallDocument(called)))).replace(/\s+/gu, ' ');
        expect(text).toContain(cleanText(called).replace(/\s+/gu, ' ').trim());
      }),
    );
  });
});

describe('a document as PDF', () => {
  it('is a PDF file, the same each time, in any script', async () => {
    const fonts = await loadFonts();
    const createdAt = new Date('2026-01-02T03:04:05Z');
    const document = smallDocument('Łódź Αθήνα Москва 東京 ไทย 😀 <b>\u0000\ud800');
    const first = await renderPdf(document, { fonts, createdAt });
    const second = await renderPdf(document, { fonts, createdAt });
    expect(new TextDecoder('latin1').decode(first.subarray(0, 5))).toBe('%PDF-');
    expect(new TextDecoder('latin1').decode(first.subarray(-6))).toContain('%%EOF');
    expect(second.length).toBe(first.length);
    // The fonts are in it: none is looked for where it is read.
    expect(new TextDecoder('latin1').decode(first)).toMatch(/FontFile2/u);
  });
});

function toHtml(document: ReturnType<typeof smallDocument>): string {
  return marked.parse(renderMarkdown(document), { async: false, gfm: true });
}

/** Names of elements and attributes, without what is in them. */
function shape(node: Node): unknown {
  const inner = 'childNodes' in node ? node.childNodes.filter(({ nodeName }) => nodeName !== '#text') : [];
  const attributes = 'attrs' in node ? node.attrs.map(({ name }) => name) : [];
  return [node.nodeName, attributes, inner.map(shape)];
}

function contentOf(node: Node): string {
  if (node.nodeName === '#text' && 'value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(contentOf).join('') : '';
}
