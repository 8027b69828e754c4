function makeTable(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) value = (value & 1) !== 0 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value >>> 0;
  });
}

const castagnoli = makeTable(0x82f63b78);
const crc16Table = makeTable(0xa001);

/** CRC-32C as Linux's `crc32c()`: no inversion before or after. Start with `0xffffffff`. */
export function crc32c(start: number, bytes: Uint8Array): number {
  let crc = start;
  for (const byte of bytes) crc = (castagnoli[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return crc >>> 0;
}

/** CRC-16 (polynomial 0x8005, reflected) as Linux's `crc16()`. */
export function crc16(start: number, bytes: Uint8Array): number {
  let crc = start;
  for (const byte of bytes) crc = (crc16Table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return crc & 0xffff;
}
