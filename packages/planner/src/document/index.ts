export { type DocumentParts, makeDocument } from './make-document.ts';
export type {
  Block,
  Drawing,
  FigureBlock,
  PlanDocument,
  Prose,
  Section,
  Shape,
  Source,
  Span,
  TableBlock,
  Tone,
} from './model/plan-document.ts';
export { formatQuantity, walkSections } from './model/prose.ts';
export type { PdfFonts } from './render/pdf-fonts.ts';
export { renderHtml } from './render/render-html.ts';
export { type MarkdownOptions, renderMarkdown } from './render/render-markdown.ts';
export { type PdfOptions, renderPdf } from './render/render-pdf.ts';
export { renderSvg, type SvgOptions } from './render/render-svg.ts';
export { billOfMaterials } from './sections/costs.ts';
