import { basename, dirname, extname, join } from 'node:path';
import {
  billOfMaterials,
  type Design,
  type DocumentParts,
  jobAidA1,
  jobAidA2,
  makeDocument,
  renderHtml,
  renderMarkdown,
  renderPdf,
  renderSvg,
  type Sheet,
  walkSections,
  writeSheets,
} from '@carrel/planner';
import { loadPdfFonts } from './pdf-fonts.ts';

/** Tables that a CSV file can hold one of. */
export const reportTables = ['a-1', 'a-2', 'materials'] as const;
export type ReportTable = (typeof reportTables)[number];

/** A file to be written. */
export interface ReportFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

export interface ReportRequest {
  readonly design: Design;
  readonly parts: DocumentParts;
  /** Where to; its ending is the format. */
  readonly path: string;
  readonly table: ReportTable;
  readonly createdAt: Date;
}

type Format = (request: ReportRequest) => ReportFile[] | Promise<ReportFile[]>;

/** Formats by the ending of the file. */
const formats: Readonly<Record<string, Format>> = {
  '.html': ({ design, parts, path }) => [{ path, content: renderHtml(makeDocument(design, parts)) }],
  '.md': writeMarkdown,
  '.pdf': async ({ design, parts, path, createdAt }) => {
    const fonts = await loadPdfFonts();
    return [{ path, content: await renderPdf(makeDocument(design, parts), { fonts, createdAt }) }];
  },
  '.xlsx': async ({ design, path }) => [
    { path, content: await writeSheets(Object.values(sheetsOf(design)), 'xlsx') },
  ],
  '.csv': async ({ design, path, table }) => [
    { path, content: await writeSheets([sheetsOf(design)[table]], 'csv') },
  ],
  '.json': ({ design, path }) => [{ path, content: `${JSON.stringify(design, undefined, 2)}\n` }],
};

/** Endings of files that a report can be written to. */
export const reportEndings = Object.keys(formats);

/** The files of a report; `undefined` where the ending is none of {@link reportEndings}. */
export async function reportFiles(request: ReportRequest): Promise<ReportFile[] | undefined> {
  return await formats[extname(request.path).toLowerCase()]?.(request);
}

/** Pictures go into a folder beside the document. */
function writeMarkdown({ design, parts, path }: ReportRequest): ReportFile[] {
  const document = makeDocument(design, parts);
  const folder = basename(path, extname(path));
  const figureAddress = (id: string): string => `${folder}/${id}.svg`;
  const figures = [...walkSections(document.sections)]
    .flatMap(([{ blocks }]) => blocks)
    .filter((block) => block.kind === 'figure');
  return [
    { path, content: renderMarkdown(document, { figureAddress }) },
    ...figures.map(({ id, caption, drawing }) => {
      const label = caption.map(({ text }) => text).join('');
      return {
        path: join(dirname(path), figureAddress(id)),
        content: `${renderSvg(drawing, { label, colors: 'paper' })}\n`,
      };
    }),
  ];
}

function sheetsOf(design: Design): Readonly<Record<ReportTable, Sheet>> {
  return { 'a-1': jobAidA1(design), 'a-2': jobAidA2(design), materials: billOfMaterials(design) };
}
