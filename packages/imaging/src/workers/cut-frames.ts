import { blockBytes, frameBlocks } from '../format/constants.ts';

// Smaller frames compress worse than is won by leaving what is not needed.
const leastBlocks = 4;
const endBytes = 16;

/**
 * Cuts consecutive blocks into frames and gives the number of blocks of each. A frame ends where it is full, and before
 * that behind a block that ends in zeros: there a file ends in most file systems, and what follows is needed, or found on
 * a computer, independently of it.
 */
export function cutFrames(blocks: Uint8Array): number[] {
  const counts: number[] = [];
  let count = 0;
  for (let end = blockBytes; end <= blocks.length; end += blockBytes) {
    count += 1;
    const isEnd = count >= leastBlocks && endsInZeros(blocks, end);
    if (count < frameBlocks && !isEnd) continue;
    counts.push(count);
    count = 0;
  }
  if (count > 0) counts.push(count);
  return counts;
}

function endsInZeros(blocks: Uint8Array, end: number): boolean {
  for (let at = end - 1; at >= end - endBytes; at -= 1) if (blocks[at] !== 0) return false;
  return true;
}
