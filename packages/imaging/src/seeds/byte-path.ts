import { sep } from 'node:path';

/** A path of bytes, since names of files need not be text. */
export function joinPath(folder: Uint8Array, name: Uint8Array): Buffer {
  const isEnded = folder.at(-1) === sep.charCodeAt(0);
  return Buffer.concat([folder, Buffer.from(isEnded ? '' : sep), name]);
}
