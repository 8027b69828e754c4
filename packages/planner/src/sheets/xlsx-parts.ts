import { fail } from '@carrel/contract/errors';
import { type UnzipFileInfo, unzipSync, zipSync } from 'fflate';
import type { SheetLimits } from './sheet.ts';
import { checkWorksheet } from './xlsx-extent.ts';

/**
 * Unpacks a workbook that may be hostile and packs its checked parts again, uncompressed: whoever reads that meets no
 * more bytes and cells than the limits allow, whatever the file claims.
 *
 * @throws {SHEETS_DAMAGED}
 * @throws {SHEETS_TOO_LARGE}
 */
export function checkedWorkbook(bytes: Uint8Array, limits: SheetLimits): Uint8Array {
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) {
    throw fail('SHEETS_DAMAGED', { reason: 'it has a password, or is of the old kind (.xls)' });
  }
  const parts = unpack(bytes, limits);
  if (!('xl/workbook.xml' in parts)) throw fail('SHEETS_DAMAGED', { reason: 'it is no workbook' });
  const worksheets = Object.values(parts).flatMap((part) => checkWorksheet(part, limits) ?? []);
  if (worksheets.length > limits.maxSheets) {
    throw fail('SHEETS_TOO_LARGE', { what: 'sheets', most: limits.maxSheets });
  }
  const cells = worksheets.reduce((sum, each) => sum + each.cells, 0);
  if (cells > limits.maxCells) throw fail('SHEETS_TOO_LARGE', { what: 'cells', most: limits.maxCells });
  return zipSync(parts, { level: 0 });
}

/** fflate gives each part the room its entry claims and drops what goes beyond, so the claims bound the memory. */
function unpack(bytes: Uint8Array, limits: SheetLimits): Record<string, Uint8Array> {
  let unpackedBytes = 0;
  let packedBytes = 0;
  const filter = ({ name, size, originalSize }: UnzipFileInfo): boolean => {
    if (!name.endsWith('.xml') && !name.endsWith('.rels')) return false;
    unpackedBytes += originalSize;
    packedBytes += size;
    if (unpackedBytes > limits.maxUnpackedBytes) {
      throw fail('SHEETS_TOO_LARGE', { what: 'bytes when unpacked', most: limits.maxUnpackedBytes });
    }
    const isBomb = unpackedBytes > 1024 ** 2 && unpackedBytes > packedBytes * limits.maxUnpackedRatio;
    if (isBomb || packedBytes > bytes.length) {
      throw fail('SHEETS_TOO_LARGE', {
        what: 'bytes unpacked from each packed one',
        most: limits.maxUnpackedRatio,
      });
    }
    return true;
  };
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    // fflate numbers its errors; ours carry names.
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') {
      throw fail('SHEETS_DAMAGED', { reason: 'it is no workbook, or only a part of one' }, error);
    }
    throw error;
  }
}
