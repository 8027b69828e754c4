import {
  type Channel,
  type Image,
  type ImageVersion,
  machineDescriptionSchema,
  versionStateSchema,
} from '@carrel/contract';
import type { ImageId } from '@carrel/kit';
import type { Row } from '../database/index.ts';
import { isoTime, isoTimeOrNull, parseJson } from '../database/values.ts';

export function channelOf(row: Row<'channels'>): Channel {
  return {
    name: row.name,
    versionNumber: row.versionNumber,
    revision: row.revision,
    updatedAt: isoTime(row.updatedAt),
    updatedBy: row.updatedBy,
  };
}

export function imageOf(
  row: Row<'images'>,
  latestVersion: number | null,
  channels: readonly Row<'channels'>[],
): Image {
  return {
    id: row.id as ImageId,
    name: row.name,
    description: row.description,
    createdAt: isoTime(row.createdAt),
    latestVersion,
    channels: channels.map(channelOf),
  };
}

export function versionOf(row: Row<'imageVersions'>): ImageVersion {
  return {
    imageId: row.imageId as ImageId,
    number: row.number,
    state: versionStateSchema.parse(row.state),
    reference: row.reference,
    manifestDigest: row.manifestDigest,
    keyId: row.keyId,
    virtualSizeBytes: row.virtualSizeBytes,
    dataBytes: row.dataBytes,
    storedBytes: row.storedBytes,
    machine: parseJson(machineDescriptionSchema, row.machineJson),
    notes: row.notes,
    createdAt: isoTime(row.createdAt),
    createdBy: row.createdBy,
    publishedAt: isoTimeOrNull(row.publishedAt),
  };
}
