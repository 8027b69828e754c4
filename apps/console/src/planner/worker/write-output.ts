import {
  billOfMaterials,
  type Design,
  deploymentConfiguration,
  jobAidA1,
  jobAidA2,
  makeDocument,
  renderHtml,
  renderMarkdown,
  renderPdf,
  type Sheet,
  writeSheets,
} from '@carrel/planner';
import { loadPdfFonts } from './load-pdf-fonts.ts';

/** Files that come of a design. */
export type OutputKind =
  | 'job-aids.xlsx'
  | 'client-data.csv'
  | 'server-data.csv'
  | 'materials.csv'
  | 'document.pdf'
  | 'document.html'
  | 'document.md'
  | 'deployment.json'
  | 'design.json';

export interface OutputRequest {
  readonly design: Design;
  readonly kind: OutputKind;
  /** Written into the file where the format has a place for it. */
  readonly createdAt: Date;
}

export interface OutputFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
}

/** Writes a file that comes of a design. */
export async function writeOutput({ design, kind, createdAt }: OutputRequest): Promise<OutputFile> {
  switch (kind) {
    case 'job-aids.xlsx': {
      const sheets = [jobAidA1(design), jobAidA2(design), billOfMaterials(design)];
      return {
        bytes: new Uint8Array(await writeSheets(sheets, 'xlsx')),
        mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      };
    }
    case 'client-data.csv':
      return csv(jobAidA1(design));
    case 'server-data.csv':
      return csv(jobAidA2(design));
    case 'materials.csv':
      return csv(billOfMaterials(design));
    case 'document.pdf': {
      const fonts = await loadPdfFonts();
      const pdf = await renderPdf(makeDocument(design), { fonts, createdAt });
      return { bytes: new Uint8Array(pdf), mediaType: 'application/pdf' };
    }
    case 'document.html':
      return text(renderHtml(makeDocument(design)), 'text/html;charset=utf-8');
    case 'document.md':
      return text(renderMarkdown(makeDocument(design)), 'text/markdown;charset=utf-8');
    case 'deployment.json':
      return text(JSON.stringify(deploymentConfiguration(design), null, 2), 'application/json');
    case 'design.json':
      return text(JSON.stringify(design, null, 2), 'application/json');
  }
}

async function csv(sheet: Sheet): Promise<OutputFile> {
  return { bytes: new Uint8Array(await writeSheets([sheet], 'csv')), mediaType: 'text/csv;charset=utf-8' };
}

function text(content: string, mediaType: string): OutputFile {
  return { bytes: new TextEncoder().encode(content), mediaType };
}
