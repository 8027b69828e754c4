// East Asian wide characters and pictographs take two columns.
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f000}-\u{3fffd}]/u;

/** The text, cut with an ellipsis where it takes more columns than there are. */
export function fitText(text: string, columns: number): string {
  let taken = 0;
  let fitting = '';
  for (const character of text) {
    taken += wide.test(character) ? 2 : 1;
    if (taken > columns) return `${fitting.trimEnd()}…`;
    if (taken < columns) fitting += character;
    else if (fitting.length + character.length === text.length) return text;
    else return `${fitting.trimEnd()}…`;
  }
  return fitting;
}
