import { createCipheriv, createHash, pbkdf2Sync, randomBytes, randomUUID } from 'node:crypto';

// LUKS On-Disk Format Specification 1.2.3. Numbers are big-endian.
const sectorBytes = 512;
/** AES-256 in XTS mode takes two keys. */
const masterKeyBytes = 64;
const stripes = 4000;
const slots = 8;
const headerSectors = 8;
/** The key material of a slot, up to a multiple of 4 KiB. */
const slotSectors = 504;
const payloadSector = headerSectors + slots * slotSectors;
const activeSlot = 0x00ac71f3;
const inactiveSlot = 0x0000dead;
/** The least the format allows: the passphrase is 256 random bits, which slowing down guesses does not make safer. */
const iterations = 1000;
const hash = 'sha256';
const hashBytes = 32;

/** Length of the header with the key material of all slots; the encrypted data begins behind it. */
export const luksHeaderBytes = payloadSector * sectorBytes;

/**
 * A LUKS 1 header with a new random master key (`aes-xts-plain64`), which the passphrase opens. QEMU would spend two
 * seconds of processor time on measuring how fast it derives keys, whatever number of iterations it is asked for.
 */
export function createLuksHeader(passphrase: string): Uint8Array {
  const header = Buffer.alloc(luksHeaderBytes);
  const masterKey = randomBytes(masterKeyBytes);
  const masterSalt = randomBytes(32);
  header.write('LUKS\xba\xbe', 0, 'latin1');
  header.writeUInt16BE(1, 6);
  header.write('aes', 8);
  header.write('xts-plain64', 40);
  header.write(hash, 72);
  header.writeUInt32BE(payloadSector, 104);
  header.writeUInt32BE(masterKeyBytes, 108);
  pbkdf2Sync(masterKey, masterSalt, iterations, 20, hash).copy(header, 112);
  masterSalt.copy(header, 132);
  header.writeUInt32BE(iterations, 164);
  header.write(randomUUID(), 168);
  for (let slot = 1; slot < slots; slot += 1) writeSlot(header, slot, undefined);
  const slotSalt = randomBytes(32);
  writeSlot(header, 0, slotSalt);
  const slotKey = pbkdf2Sync(passphrase, slotSalt, iterations, masterKeyBytes, hash);
  const material = splitAgainstForensics(masterKey);
  encryptSectors(slotKey, material).copy(header, headerSectors * sectorBytes);
  for (const secret of [masterKey, slotKey, material]) secret.fill(0);
  return header;
}

/** @param salt of the active slot; the others have none */
function writeSlot(header: Buffer, slot: number, salt: Buffer | undefined): void {
  const at = 208 + slot * 48;
  header.writeUInt32BE(salt ? activeSlot : inactiveSlot, at);
  header.writeUInt32BE(salt ? iterations : 0, at + 4);
  salt?.copy(header, at + 8);
  header.writeUInt32BE(headerSectors + slot * slotSectors, at + 40);
  header.writeUInt32BE(stripes, at + 44);
}

/** Blows the key up so that a part of the result, left on a worn disk, says nothing of it (specification, section 2.4). */
function splitAgainstForensics(key: Buffer): Buffer {
  const material = randomBytes(key.length * stripes);
  let mixed: Buffer = Buffer.alloc(key.length);
  for (let stripe = 0; stripe < stripes - 1; stripe += 1) {
    const part = material.subarray(stripe * key.length, (stripe + 1) * key.length);
    mixed = diffuse(exclusiveOr(mixed, part));
  }
  exclusiveOr(mixed, key).copy(material, (stripes - 1) * key.length);
  return material;
}

function exclusiveOr(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, at) => byte ^ (right[at] ?? 0)));
}

function diffuse(block: Buffer): Buffer {
  const out = Buffer.alloc(block.length);
  const number = Buffer.alloc(4);
  for (let part = 0; part * hashBytes < block.length; part += 1) {
    number.writeUInt32BE(part);
    const piece = block.subarray(part * hashBytes, (part + 1) * hashBytes);
    createHash(hash)
      .update(number)
      .update(piece)
      .digest()
      .copy(out, part * hashBytes);
  }
  return out;
}

/** AES-256-XTS; the tweak is the number of the sector ("plain64"). */
function encryptSectors(key: Buffer, data: Buffer): Buffer {
  const encrypted: Buffer[] = [];
  for (let at = 0; at < data.length; at += sectorBytes) {
    const tweak = Buffer.alloc(16);
    tweak.writeBigUInt64LE(BigInt(at / sectorBytes));
    const cipher = createCipheriv('aes-256-xts', key, tweak);
    encrypted.push(cipher.update(data.subarray(at, at + sectorBytes)), cipher.final());
  }
  return Buffer.concat(encrypted);
}
