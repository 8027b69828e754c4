import { trust } from '../not-trusted.ts';

const strideBytes = 512;

/**
 * Undoes the update sequence of a record: the last two bytes of each 512 were replaced by a number that shows whether
 * all of it was written.
 *
 * @throws {NotTrusted}
 */
export function applyFixups(record: Buffer, signature: string): Buffer {
  const fixed = Buffer.from(record);
  trust(
    fixed.length >= 48 && fixed.toString('latin1', 0, 4) === signature,
    `a ${signature} record is missing`,
  );
  const [offset, count] = [fixed.readUInt16LE(4), fixed.readUInt16LE(6)];
  const isSound =
    offset + count * 2 <= fixed.length && (count - 1) * strideBytes <= fixed.length && count > 1;
  trust(isSound, `a ${signature} record does not make sense`);
  const number = fixed.readUInt16LE(offset);
  for (let index = 1; index < count; index += 1) {
    const at = index * strideBytes - 2;
    trust(fixed.readUInt16LE(at) === number, `a ${signature} record was not written completely`);
    fixed.writeUInt16LE(fixed.readUInt16LE(offset + index * 2), at);
  }
  return fixed;
}
