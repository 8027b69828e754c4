import type {
  Block,
  FigureBlock,
  PlanDocument,
  Prose,
  Section,
  Source,
  Span,
  TableBlock,
} from '../model/plan-document.ts';
import { plainText } from '../model/prose.ts';
import { escapeHtml } from './escape-html.ts';
import { htmlStyle } from './html-style.ts';
import { renderSvg } from './render-svg.ts';

/** Columns from which a table is printed in small letters. */
const wideTableColumns = 9;

/**
 * The document as one HTML page without scripts and outside resources, for screen and paper. A number says where it
 * comes from when it is pointed at, and carries its exact value.
 */
export function renderHtml(document: PlanDocument): string {
  const title = escapeHtml(plainText(document.title));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${htmlStyle}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the document</a>
<header>
<h1>${renderProse(document.title)}</h1>
<p class="subtitle">${renderProse(document.subtitle)}</p>
</header>
<nav aria-label="Contents">
<ol>
${document.sections.map(({ id, title: text }) => `<li><a href="#${id}">${renderProse(text)}</a></li>`).join('\n')}
</ol>
</nav>
<main id="main">
${document.sections.map((section) => renderSection(section, 2)).join('\n')}
</main>
</body>
</html>
`;
}

function renderSection({ id, title, blocks, sections }: Section, level: number): string {
  const heading = `h${Math.min(level, 6)}`;
  return [
    `<section id="${id}" aria-labelledby="${id}-title">`,
    `<${heading} id="${id}-title">${renderProse(title)}</${heading}>`,
    ...blocks.map(renderBlock),
    ...sections.map((section) => renderSection(section, level + 1)),
    '</section>',
  ].join('\n');
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${renderProse(block.text)}</p>`;
    case 'list': {
      const tag = block.isOrdered ? 'ol' : 'ul';
      return `<${tag}>\n${block.items.map((item) => `<li>${renderProse(item)}</li>`).join('\n')}\n</${tag}>`;
    }
    case 'table':
      return renderTable(block);
    case 'figure':
      return renderFigure(block);
  }
}

function renderTable({ caption, columns, rows }: TableBlock): string {
  const numeric = (at: number): string => (columns[at]?.isNumeric ? ' class="number"' : '');
  const head = columns.map(({ title }, at) => `<th scope="col"${numeric(at)}>${escapeHtml(title)}</th>`);
  const body = rows.map((cells) => {
    const inner = cells.map((cell, at) =>
      at === 0 ? `<th scope="row">${renderProse(cell)}</th>` : `<td${numeric(at)}>${renderProse(cell)}</td>`,
    );
    return `<tr>${inner.join('')}</tr>`;
  });
  const isWide = columns.length >= wideTableColumns;
  return `<div class="table${isWide ? ' wide' : ''}" role="region" tabindex="0" aria-label="${escapeHtml(caption)}">
<table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>
</div>`;
}

function renderFigure({ id, caption, drawing, description }: FigureBlock): string {
  const svg = renderSvg(drawing, { label: plainText(caption), colors: 'page' });
  const items = description.map((line) => `<li>${renderProse(line)}</li>`).join('\n');
  return `<figure id="figure-${id}">
${svg}
<figcaption>${renderProse(caption)}
<details><summary>In words</summary>
<ul>
${items}
</ul>
</details></figcaption>
</figure>`;
}

function renderProse(line: Prose): string {
  return line.map(renderSpan).join('');
}

function renderSpan(span: Span): string {
  const text = escapeHtml(span.text);
  switch (span.kind) {
    case 'words':
    case 'name':
      return span.isStrong ? `<strong>${text}</strong>` : text;
    case 'code':
      return `<code>${text}</code>`;
    case 'number':
      return `<data value="${String(span.value)}" title="${escapeHtml(describeSource(span.source))}">${text}</data>`;
    case 'statement':
      return `<span title="${escapeHtml(describeSource(span.source))}">${text}</span>`;
  }
}

function describeSource({ ruleId, of, inputs }: Source): string {
  return [`${ruleId}: ${of}`, ...inputs].join('; ');
}
