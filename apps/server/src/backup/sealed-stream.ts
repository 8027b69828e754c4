import {
  createCipheriv,
  createDecipheriv,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { promisify } from 'node:util';
import { fail } from '@carrel/contract';
import { z } from 'zod';

/** Plain bytes of every piece but the last. */
const pieceBytes = 64 * 1024;
const tagBytes = 16;
const keyBytes = 32;
/** What a header may be at most; a file without a line end within it is no backup. */
const headerLimitBytes = 4096;
const scryptAsync = promisify<string, Buffer, number, object, Buffer>(scrypt);

const headerSchema = z.object({
  format: z.literal('carrel-backup'),
  version: z.literal(1),
  kdf: z.object({
    name: z.literal('scrypt'),
    salt: z.base64url().length(22),
    // Bounds keep a forged header from taking all memory.
    logN: z.int().min(14).max(20),
    r: z.literal(8),
    p: z.literal(1),
  }),
  /** Tells a wrong passphrase from a damaged file. */
  check: z.base64url().length(22),
});
type Header = z.infer<typeof headerSchema>;

/**
 * Seals bytes under a passphrase: a header line, then pieces of AES-256-GCM numbered in their nonces, the last one
 * marked, so that none can be changed, left out, repeated or cut off unseen. The whole header is authenticated with
 * every piece.
 */
export async function* sealStream(
  content: AsyncIterable<Uint8Array>,
  passphrase: string,
): AsyncGenerator<Buffer> {
  const kdf = { name: 'scrypt', salt: randomBytes(16).toString('base64url'), logN: 17, r: 8, p: 1 } as const;
  const key = await keyOf(passphrase, kdf);
  const header: Header = {
    format: 'carrel-backup',
    version: 1,
    kdf,
    check: checkOf(key).toString('base64url'),
  };
  const line = Buffer.from(`${JSON.stringify(header)}\n`);
  yield line;
  let index = 0;
  let held = Buffer.alloc(0);
  for await (const chunk of content) {
    held = Buffer.concat([held, chunk]);
    let start = 0;
    // What may be the last piece is held back until it is known.
    for (; held.length - start > pieceBytes; start += pieceBytes) {
      yield sealPiece(key, line, { index, isLast: false }, held.subarray(start, start + pieceBytes));
      index += 1;
    }
    held = held.subarray(start);
  }
  yield sealPiece(key, line, { index, isLast: true }, held);
}

/**
 * Opens what {@link sealStream} sealed. Bytes come out before the end is known to be there: whoever uses them waits
 * for the end before believing them.
 *
 * @param path names the file in errors
 * @throws {BACKUP_DAMAGED} {BACKUP_PASSPHRASE_WRONG}
 */
export async function* openStream(
  content: AsyncIterable<Uint8Array>,
  passphrase: string,
  path: string,
): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0);
  let opened: { readonly key: Buffer; readonly line: Buffer } | undefined;
  let index = 0;
  const sealedBytes = pieceBytes + tagBytes;
  for await (const chunk of content) {
    held = Buffer.concat([held, chunk]);
    if (!opened) {
      const end = held.indexOf(0x0a) + 1;
      if (end === 0 && held.length < headerLimitBytes) continue;
      const line = Buffer.from(held.subarray(0, end));
      opened = { key: await openHeader(line, passphrase, path), line };
      held = held.subarray(end);
    }
    let start = 0;
    for (; held.length - start > sealedBytes; start += sealedBytes) {
      const piece = held.subarray(start, start + sealedBytes);
      yield openPiece(opened.key, opened.line, { index, isLast: false, path }, piece);
      index += 1;
    }
    held = held.subarray(start);
  }
  if (!opened) throw fail('BACKUP_DAMAGED', { path, reason: 'it is no backup of Carrel' });
  yield openPiece(opened.key, opened.line, { index, isLast: true, path }, held);
}

/** @throws {BACKUP_DAMAGED} {BACKUP_PASSPHRASE_WRONG} */
async function openHeader(line: Buffer, passphrase: string, path: string): Promise<Buffer> {
  const { kdf, check } = parseHeader(line, path);
  const key = await keyOf(passphrase, kdf);
  if (!timingSafeEqual(checkOf(key), Buffer.from(check, 'base64url'))) {
    throw fail('BACKUP_PASSPHRASE_WRONG', { path });
  }
  return key;
}

function parseHeader(line: Buffer, path: string): Header {
  try {
    return headerSchema.parse(JSON.parse(line.toString('utf8')));
  } catch (error) {
    throw fail('BACKUP_DAMAGED', { path, reason: 'it is no backup of Carrel' }, error);
  }
}

async function keyOf(passphrase: string, { salt, logN, r, p }: Header['kdf']): Promise<Buffer> {
  const options = { N: 2 ** logN, r, p, maxmem: 256 * 2 ** logN * r };
  return scryptAsync(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64url'), keyBytes, options);
}

function checkOf(key: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'carrel backup check', 16));
}

interface PiecePlace {
  readonly index: number;
  readonly isLast: boolean;
}

/** 11 bytes of number, big end first, and one that is 1 on the last piece. The key is new for every backup. */
function nonceOf({ index, isLast }: PiecePlace): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(index), 3);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

function sealPiece(key: Buffer, line: Buffer, place: PiecePlace, piece: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(place));
  cipher.setAAD(line);
  return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
}

function openPiece(
  key: Buffer,
  line: Buffer,
  place: PiecePlace & { readonly path: string },
  sealed: Buffer,
): Buffer {
  const end = sealed.length - tagBytes;
  const damaged = { path: place.path, reason: `it was altered or cut off at piece ${place.index}` };
  if (end < 0) throw fail('BACKUP_DAMAGED', damaged);
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(place), { authTagLength: tagBytes });
  decipher.setAAD(line);
  decipher.setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch (error) {
    throw fail('BACKUP_DAMAGED', damaged, error);
  }
  return plain;
}
