import { cleanText } from '../model/clean-text.ts';
import type {
  Block,
  FigureBlock,
  PlanDocument,
  Prose,
  Section,
  Span,
  TableBlock,
} from '../model/plan-document.ts';
import { plainText } from '../model/prose.ts';

export interface MarkdownOptions {
  /** Address of the picture of a figure; without it, figures are told in words. */
  readonly figureAddress?: (id: string) => string;
}

/** The document as Markdown (CommonMark with GitHub's tables). */
export function renderMarkdown(document: PlanDocument, options: MarkdownOptions = {}): string {
  const blocks = [
    `# ${renderProse(document.title)}`,
    renderProse(document.subtitle),
    ...document.sections.flatMap((section) => renderSection(section, 2, options)),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function renderSection(section: Section, level: number, options: MarkdownOptions): string[] {
  return [
    `${'#'.repeat(Math.min(level, 6))} ${renderProse(section.title)}`,
    ...section.blocks.map((block) => renderBlock(block, options)),
    ...section.sections.flatMap((inner) => renderSection(inner, level + 1, options)),
  ];
}

function renderBlock(block: Block, options: MarkdownOptions): string {
  switch (block.kind) {
    case 'paragraph':
      return renderProse(block.text);
    case 'list':
      return renderList(block.items, block.isOrdered);
    case 'table':
      return renderTable(block);
    case 'figure':
      return renderFigure(block, options);
  }
}

function renderList(items: readonly Prose[], isOrdered: boolean): string {
  return items.map((item, at) => `${isOrdered ? `${at + 1}.` : '-'} ${renderProse(item)}`).join('\n');
}

function renderTable({ caption, columns, rows }: TableBlock): string {
  const lines = [
    columns.map(({ title }) => escapeMarkdown(title)),
    columns.map(({ isNumeric }) => (isNumeric ? '---:' : '---')),
    ...rows.map((cells) => cells.map(renderProse)),
  ];
  return `*${escapeMarkdown(caption)}*\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
}

function renderFigure({ id, caption, description }: FigureBlock, { figureAddress }: MarkdownOptions): string {
  const words = renderList(description, false);
  if (!figureAddress) return `*${renderProse(caption)}*\n\n${words}`;
  const picture = `![${escapeMarkdown(plainText(caption))}](<${encodeURI(figureAddress(id))}>)`;
  return `${picture}\n\n*${renderProse(caption)}*\n\n<details><summary>In words</summary>\n\n${words}\n\n</details>`;
}

function renderProse(line: Prose): string {
  return line.map(renderSpan).join('');
}

function renderSpan(span: Span): string {
  switch (span.kind) {
    case 'words':
    case 'name':
      return span.isStrong ? `**${escapeMarkdown(span.text)}**` : escapeMarkdown(span.text);
    case 'code':
      return `<code>${escapeMarkdown(span.text)}</code>`;
    case 'number':
    case 'statement':
      return escapeMarkdown(span.text);
  }
}

// What begins a list, a heading or a link of itself at the start of a line, or would be read as markup anywhere.
const markup = /[\\`*_{}[\]#+|~!<>&@]|-(?=[-\s]|$)|(?<=^\d+)[.)](?=\s|$)|(?<=^)[-=]|:(?=\/\/)|(?<=www)\./giu;

/** Text of others on one line of Markdown, also in a cell of a table. */
export function escapeMarkdown(text: string): string {
  return cleanText(text)
    .replace(/\s+/gu, ' ')
    .replace(markup, (character) => {
      switch (character) {
        case '<':
          return '&lt;';
        case '>':
          return '&gt;';
        case '&':
          return '&amp;';
        case '@':
        case ':':
        case '.':
          return `&#${String(character.codePointAt(0))};`;
        default:
          return `\\${character}`;
      }
    });
}
