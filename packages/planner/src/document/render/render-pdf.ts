import type { Content, ContentTable, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { cleanText } from '../model/clean-text.ts';
import type { Block, PlanDocument, Section, TableBlock } from '../model/plan-document.ts';
import { plainText, words } from '../model/prose.ts';
import { pdfDrawing } from './pdf-drawing.ts';
import type { PdfFonts } from './pdf-fonts.ts';
import { pdfText } from './pdf-text.ts';
import { unpackWoff } from './unpack-woff.ts';

export interface PdfOptions {
  readonly fonts: PdfFonts;
  /** Written into the file. */
  readonly createdAt: Date;
}

const marginPt = 40;
const a4WidthPt = 595;

/**
 * The document as a PDF file, A4, with a table of contents. The same document, fonts and date give the same pages.
 *
 * @throws {PLAN_FONT_DAMAGED} a font is not what it says it is
 */
export async function renderPdf(
  document: PlanDocument,
  { fonts, createdAt }: PdfOptions,
): Promise<Uint8Array> {
  // Loaded when it is needed: it is larger than everything else of the planner.
  const { default: library } = await import('pdfmake');
  const pdfmake = library as unknown as PdfMaker;
  // Nothing is fetched or read, whatever a plan calls its things.
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy?.(() => false);
  const files = {
    'text.ttf': unpackWoff(fonts.regular),
    'text-bold.ttf': unpackWoff(fonts.bold),
    'everything.ttf': unpackWoff(fonts.everything),
  };
  for (const [file, bytes] of Object.entries(files)) pdfmake.virtualfs.writeFileSync(file, bytes);
  pdfmake.setFonts({
    Text: { normal: 'text.ttf', bold: 'text-bold.ttf' },
    Everything: { normal: 'everything.ttf', bold: 'everything.ttf' },
  });
  return new Uint8Array(await pdfmake.createPdf(definition(document, createdAt)).getBuffer());
}

/** The parts of pdfmake 0.3 used here, which its types tell only in part. */
interface PdfMaker {
  readonly virtualfs: { writeFileSync: (file: string, content: Uint8Array) => void };
  setFonts: (fonts: Readonly<Record<string, { readonly normal: string; readonly bold: string }>>) => void;
  setUrlAccessPolicy: (isAllowed: (url: string) => boolean) => void;
  /** Only in Node.js. */
  setLocalAccessPolicy?: (isAllowed: (path: string) => boolean) => void;
  createPdf: (definition: TDocumentDefinitions) => { getBuffer: () => Promise<Uint8Array> };
}

function definition(document: PlanDocument, createdAt: Date): TDocumentDefinitions {
  const title = cleanText(plainText(document.title));
  return {
    pageSize: 'A4',
    pageMargins: marginPt,
    language: 'en',
    info: { title, creator: 'Carrel', producer: 'Carrel', creationDate: createdAt, modDate: createdAt },
    defaultStyle: { font: 'Text', fontSize: 9, lineHeight: 1.15 },
    footer: (page, pages) => ({
      text: [...pdfText(document.title), { text: ` · ${String(page)} / ${String(pages)}` }],
      alignment: 'center',
      fontSize: 7,
      color: '#5a6472',
    }),
    content: [
      { text: pdfText(document.title), fontSize: 20, bold: true },
      { text: pdfText(document.subtitle), color: '#5a6472', margin: [0, 2, 0, 12] },
      { toc: { title: { text: 'Contents', fontSize: 13, bold: true } } },
      ...document.sections.flatMap((section) => pdfSection(section, 1)),
    ],
  };
}

function pdfSection({ title, blocks, sections }: Section, level: number): Content[] {
  const isTop = level === 1;
  const heading: Content = {
    text: pdfText(title),
    fontSize: isTop ? 15 : 12 - level / 2,
    bold: true,
    margin: [0, isTop ? 0 : 10, 0, 4],
    headlineLevel: level,
    ...(isTop ? { tocItem: true, pageBreak: 'before' as const } : {}),
  };
  const inner = sections.flatMap((one) => pdfSection(one, level + 1));
  const [first, ...others] = blocks;
  if (first?.kind !== 'figure') return [heading, ...blocks.flatMap(pdfBlock), ...inner];
  // A title stays with its picture.
  const opening: Content = { stack: [heading, ...pdfBlock(first)], unbreakable: true };
  return [
    isTop ? heading : opening,
    ...(isTop ? pdfBlock(first) : []),
    ...others.flatMap(pdfBlock),
    ...inner,
  ];
}

function pdfBlock(block: Block): Content[] {
  switch (block.kind) {
    case 'paragraph':
      return [{ text: pdfText(block.text), margin: [0, 0, 0, 5] }];
    case 'list': {
      const items = block.items.map((item) => ({ text: pdfText(item) }));
      const margin: [number, number, number, number] = [0, 0, 0, 6];
      return [block.isOrdered ? { ol: items, margin } : { ul: items, margin }];
    }
    case 'table':
      return pdfTable(block);
    case 'figure': {
      const caption = { text: pdfText(block.caption), ...captionStyle };
      return [pdfDrawing(block.drawing, a4WidthPt - 2 * marginPt), caption];
    }
  }
}

const captionStyle = {
  fontSize: 8,
  color: '#5a6472',
  margin: [0, 2, 0, 2] as [number, number, number, number],
};

function pdfTable({ caption, columns, rows }: TableBlock): Content[] {
  const alignment = (at: number): { alignment?: 'right' } =>
    columns[at]?.isNumeric ? { alignment: 'right' } : {};
  const head: TableCell[] = columns.map(({ title }, at) => ({
    text: pdfText(words(title)),
    bold: true,
    fillColor: '#f2f4f6',
    ...alignment(at),
  }));
  const body = rows.map((cells) => cells.map((cell, at) => ({ text: pdfText(cell), ...alignment(at) })));
  const table: ContentTable = {
    table: {
      headerRows: 1,
      dontBreakRows: true,
      widths: columnWidths(columns, rows),
      body: [head, ...body],
    },
    layout: 'lightHorizontalLines',
    fontSize: 7,
    margin: [0, 0, 0, 8],
  };
  return [{ text: pdfText(words(caption)), ...captionStyle }, table];
}

/** Narrow columns as wide as they need to be; the others share what is left. */
function columnWidths(columns: TableBlock['columns'], rows: TableBlock['rows']): ('auto' | '*')[] {
  const longest = columns.map(({ title }, at) =>
    Math.max(title.length, ...rows.map((cells) => plainText(cells[at] ?? []).length)),
  );
  const shortOnes = longest.filter((length) => length <= 14).length;
  return longest.map((length) => (length <= 14 && shortOnes < columns.length ? 'auto' : '*'));
}
