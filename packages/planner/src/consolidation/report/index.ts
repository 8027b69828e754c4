export { sheetsToMarkdown } from './report-markdown.ts';
export { consolidationSheets } from './report-sheets.ts';
