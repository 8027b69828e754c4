// Control characters, and those that turn the direction of what follows or hide.
const unprintable = /[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/gu;

/** Text of others on one line, without what would break or turn the lines around it. */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(unprintable, ' ');
}
