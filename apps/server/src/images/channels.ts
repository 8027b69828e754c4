import { type Channel, fail } from '@carrel/contract';
import type { ImageId } from '@carrel/kit';
import type { Transaction } from '../database/index.ts';
import { channelOf } from './image-rows.ts';
import { lockImage } from './images.ts';
import { getVersion } from './versions.ts';

export interface ChannelMove {
  readonly imageId: ImageId;
  readonly channel: string;
  readonly versionNumber: number;
  /** The revision the move is based on; 0 makes a new channel. */
  readonly basedOnRevision: number;
  readonly nowMs: number;
  readonly author: string;
}

/** What a move did. */
export interface MovedChannel {
  readonly channel: Channel;
  readonly imageName: string;
  /** `null` for a new channel. */
  readonly previousVersion: number | null;
}

/**
 * Points a channel at a published version.
 *
 * @throws {NOT_FOUND} no such image, version or channel
 * @throws {STATE_CONFLICT} the version is not published
 * @throws {CHANNEL_CHANGED} somebody moved it meanwhile
 */
export async function moveChannel(transaction: Transaction, move: ChannelMove): Promise<MovedChannel> {
  const { imageId, channel: name, versionNumber, basedOnRevision } = move;
  const image = await lockImage(transaction, imageId);
  const version = await getVersion(transaction, imageId, versionNumber);
  const existing = await transaction
    .selectFrom('channels')
    .selectAll()
    .where('imageId', '=', imageId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (!existing && basedOnRevision !== 0) throw fail('NOT_FOUND', { kind: 'channel', id: name });
  if (existing && existing.revision !== basedOnRevision) {
    throw fail('CHANNEL_CHANGED', { channel: name, currentVersion: existing.versionNumber });
  }
  if (version.state !== 'published') {
    const reason = `it is ${version.state === 'draft' ? 'a draft' : 'retired'}, and channels point at published ones`;
    throw fail('STATE_CONFLICT', { kind: `version ${versionNumber}`, reason });
  }
  const row = {
    imageId,
    name,
    versionNumber,
    revision: basedOnRevision + 1,
    updatedAt: move.nowMs,
    updatedBy: move.author,
  };
  await transaction
    .insertInto('channels')
    .values(row)
    .onConflict((conflict) => conflict.columns(['imageId', 'name']).doUpdateSet(row))
    .execute();
  return { channel: channelOf(row), imageName: image.name, previousVersion: existing?.versionNumber ?? null };
}
