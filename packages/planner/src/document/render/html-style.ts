import { paperPaint, type TonePaint } from './render-svg.ts';

const darkPaint: Readonly<Record<keyof typeof paperPaint, TonePaint>> = {
  plain: { fill: '#14181d', ink: '#e6e9ed' },
  muted: { fill: '#1d232a', ink: '#a3adb9' },
  place: { fill: '#182838', ink: '#9cc6ee' },
  server: { fill: '#152b1c', ink: '#93d5a8' },
  repository: { fill: '#33260f', ink: '#f0c480' },
  warning: { fill: '#3a1a18', ink: '#f2a59e' },
};

/** Style sheet of a document: follows the light or dark of the screen, and is black on white on paper. */
export const htmlStyle = `
:root { color-scheme: light dark; --text: #1b1f24; --muted: #5a6472; --line: #c9d0d8; --band: #f2f4f6; --page: #fff; --link: #0b57a8;
${variables(paperPaint)} }
@media screen and (prefers-color-scheme: dark) {
:root { --text: #e6e9ed; --muted: #a3adb9; --line: #3b444f; --band: #1d232a; --page: #14181d; --link: #8ab8ec;
${variables(darkPaint)} } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 75rem; padding: 1rem 1.5rem 4rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 "Segoe UI", "DejaVu Sans", Helvetica, Arial, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 1.5rem 0 .25rem; }
h2 { font-size: 1.4rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 1.75rem 0 .4rem; }
h4 { font-size: 1rem; margin: 1.25rem 0 .3rem; }
a { color: var(--link); }
.subtitle { color: var(--muted); margin-top: 0; }
nav ol { columns: 2; }
.table { overflow-x: auto; margin: .75rem 0 1.25rem; }
table { border-collapse: collapse; font-size: .9rem; min-width: 50%; }
caption { text-align: left; color: var(--muted); padding-bottom: .3rem; }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: break-word; }
th { background: var(--band); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
data { cursor: help; font-variant-numeric: tabular-nums; }
code { font-family: "DejaVu Sans Mono", Consolas, monospace; font-size: .92em; }
figure { margin: 1rem 0 1.5rem; overflow-x: auto; }
figure svg { max-width: 100%; height: auto; }
figcaption { color: var(--muted); font-size: .9rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; }
${Object.keys(paperPaint).map(toneRules).join('\n')}
@media print {
  @page { size: A4; margin: 18mm 15mm; }
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  h1 { font-size: 20pt; }
  h2 { break-before: page; font-size: 15pt; }
  h2, h3, h4, caption { break-after: avoid; }
  tr, figure { break-inside: avoid; }
  thead { display: table-header-group; }
  table { font-size: 7.5pt; width: 100%; }
  .table { overflow: visible; }
  .wide table { font-size: 5pt; }
  .wide th, .wide td { padding: .1rem .15rem; }
  .skip { display: none; }
}
`;

function variables(paint: Readonly<Record<string, TonePaint>>): string {
  return Object.entries(paint)
    .map(([tone, { fill, ink }]) => `--fill-${tone}: ${fill}; --ink-${tone}: ${ink};`)
    .join('\n');
}

function toneRules(tone: string): string {
  return `.fill-${tone} { fill: var(--fill-${tone}); stroke: var(--ink-${tone}); }
.stroke-${tone} { fill: none; stroke: var(--ink-${tone}); }
.text-${tone} { fill: var(--ink-${tone}); stroke: none; }`;
}
