/**
 * One command line of several arguments, quoted as programs on Windows take it apart again (CommandLineToArgvW):
 * backslashes count only before a double quote.
 */
export function quoteArguments(texts: readonly string[]): string {
  return texts.map(quote).join(' ');
}

function quote(text: string): string {
  if (text !== '' && !/[\s"]/.test(text)) return text;
  return `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}
