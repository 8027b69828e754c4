/**
 * What spreadsheet programs run as a formula when they open a CSV file, full-width signs of East Asian keyboards
 * included, behind any number of our own marks.
 */
export const formulaLike = /^'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;

/** Takes away the mark that {@link formulaLike} texts are written with. */
export function unmarkFormula(field: string): string {
  return field.startsWith("'") && formulaLike.test(field) ? field.slice(1) : field;
}
