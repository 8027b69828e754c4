import { createHash } from 'node:crypto';

/** Frames that begin in the same piece of a pack have one owner. */
export const pieceBytes = 1024 ** 2;

/**
 * Ids in the order in which they are responsible for a piece. Everybody who knows the same ids has the same order, each
 * piece another one, and an id that comes or goes moves only its own pieces (rendezvous hashing).
 */
export function rankOwners(ids: readonly string[], packDigest: string, piece: number): readonly string[] {
  const weigh = (id: string) => createHash('sha256').update(`${packDigest} ${piece} ${id}`).digest('hex');
  return ids
    .map((id) => ({ id, weight: weigh(id) }))
    .toSorted((a, b) => (a.weight < b.weight ? 1 : -1))
    .map(({ id }) => id);
}
