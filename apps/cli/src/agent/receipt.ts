import type { ImageReceipt } from '@carrel/contract';
import { formatBytes } from '@carrel/kit';

/** What an image was made of, for people: only the places that gave something. */
export function describeReceipt(receipt: ImageReceipt): string {
  const places = [
    [receipt.repositoryBytes, 'downloaded'],
    [receipt.peersBytes, 'from computers near by'],
    [receipt.stagedBytes, 'from staged media'],
    [receipt.copiesBytes, 'from other copies here'],
    [receipt.hostFilesBytes, 'from files of this computer'],
  ] as const;
  const named = places.filter(([bytes]) => bytes > 0).map(([bytes, what]) => `${formatBytes(bytes)} ${what}`);
  return named.join(', ') || 'nothing was needed';
}
