/**
 * Names the encoding of a text file by its first bytes: byte order marks first, then the zero bytes that UTF-16 has in
 * every other place of Latin text, then UTF-8 where the bytes are valid as that, else what Windows writes.
 *
 * @param start the beginning of the file, or all of it; a character cut off at its end does not matter
 * @returns a label that `TextDecoder` takes
 */
export function detectEncoding(start: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' {
  const [first, second] = start;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (second === 0 && first !== undefined && first !== 0) return 'utf-16le';
  if (first === 0 && second !== undefined && second !== 0) return 'utf-16be';
  return isUtf8(start) ? 'utf-8' : 'windows-1252';
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
