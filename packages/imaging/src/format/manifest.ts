import { createHash } from 'node:crypto';
import {
  digestSchema,
  keyIdSchema,
  type MachineDescription,
  machineDescriptionSchema,
} from '@carrel/contract/delivery';
import { fail } from '@carrel/contract/errors';
import { z } from 'zod';
import type { StoredManifest } from '../repository/repository.ts';
import { annotationKeys, formatVersion, mediaTypes } from './constants.ts';
import { maxRootBlobBytes } from './root-index.ts';
import { schemaReason } from './schema-reason.ts';

// What is read whole is bounded before it is read.
const maxConfigBytes = 4 * 1024 * 1024;

const provenanceSchema = z.object({
  /** Seconds since 1970; by convention SOURCE_DATE_EPOCH. Left out, the manifest carries no time. */
  createdAtSeconds: z.int().min(0).max(253_402_300_799).optional(),
  /** For people: file name or recipe. */
  source: z.string().max(500).optional(),
  /** Program and version that packed it. */
  tool: z.string().max(200).optional(),
});
/** Where an image came from. */
export type Provenance = z.infer<typeof provenanceSchema>;

const descriptorSchema = z.object({
  mediaType: z.string(),
  digest: digestSchema,
  size: z.int().min(0),
});
export type Descriptor = z.infer<typeof descriptorSchema>;

const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  artifactType: z.literal(mediaTypes.artifact),
  config: descriptorSchema,
  layers: z.array(descriptorSchema).min(1),
  annotations: z.record(z.string(), z.string()),
});

const configSchema = z.object({
  carrel: z.object({
    formatVersion: z.literal(formatVersion),
    keyId: keyIdSchema,
    virtualSizeBytes: z.int().min(0),
    dataBytes: z.int().min(0),
    machine: machineDescriptionSchema,
    provenance: provenanceSchema,
  }),
});
export type ImageConfig = z.infer<typeof configSchema>['carrel'];

/** The blobs a version consists of. */
export interface ImageManifest {
  readonly digest: string;
  readonly keyId: string;
  readonly config: Descriptor;
  readonly root: Descriptor;
  readonly indexBlobs: readonly Descriptor[];
  readonly packs: readonly Descriptor[];
}

/** What a manifest and its config tell without the key. */
export interface ImageSummary {
  /** Digest of the manifest. */
  readonly digest: string;
  readonly keyId: string;
  readonly formatVersion: number;
  readonly virtualSizeBytes: number;
  /** Bytes of blocks that are not zero. */
  readonly dataBytes: number;
  /** Bytes of all blobs of this version, shared ones included. */
  readonly storedBytes: number;
  readonly machine: MachineDescription;
  readonly provenance: Provenance;
}

/** Serializes the config blob; equal configs give equal bytes. */
export function encodeConfig(config: ImageConfig): Uint8Array {
  const created = createdText(config.provenance);
  const { formatVersion: version, keyId, virtualSizeBytes, dataBytes } = config;
  const machine = machineDescriptionSchema.parse(config.machine);
  const provenance = provenanceSchema.parse(config.provenance);
  const json = {
    ...(created === undefined ? {} : { created }),
    architecture: 'amd64',
    os: machine.guestOs === 'windows' ? 'windows' : 'linux',
    rootfs: { type: 'layers', diff_ids: [] },
    carrel: { formatVersion: version, keyId, virtualSizeBytes, dataBytes, machine, provenance },
  };
  return new Uint8Array(Buffer.from(JSON.stringify(json)));
}

/** Serializes the manifest; equal contents give equal bytes. */
export function encodeManifest(
  config: ImageConfig,
  manifest: Omit<ImageManifest, 'digest' | 'keyId'>,
): Uint8Array {
  const created = createdText(config.provenance);
  const json = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: mediaTypes.artifact,
    config: manifest.config,
    layers: [manifest.root, ...manifest.indexBlobs, ...manifest.packs],
    annotations: {
      [annotationKeys.formatVersion]: String(config.formatVersion),
      [annotationKeys.keyId]: config.keyId,
      [annotationKeys.virtualSize]: String(config.virtualSizeBytes),
      [annotationKeys.dataSize]: String(config.dataBytes),
      ...(created === undefined ? {} : { [annotationKeys.created]: created }),
    },
  };
  return new Uint8Array(Buffer.from(JSON.stringify(json)));
}

/** The descriptor of a blob of these bytes. */
export function describe(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/**
 * Reads a manifest.
 *
 * @param reference the image for people
 * @throws {IMAGE_NOT_CARREL} {IMAGE_FORMAT_NEWER}
 */
export function parseManifest(stored: StoredManifest, reference: string): ImageManifest {
  const json = parseJson(stored.bytes);
  checkVersion(json, reference);
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) throw fail('IMAGE_NOT_CARREL', { reference, reason: schemaReason(parsed.error) });
  const { config, layers, annotations } = parsed.data;
  const ofType = (mediaType: string): Descriptor[] => layers.filter((layer) => layer.mediaType === mediaType);
  const [root, ...others] = ofType(mediaTypes.root);
  const keyId = keyIdSchema.safeParse(annotations[annotationKeys.keyId]);
  if (root === undefined || others.length > 0 || !keyId.success) {
    throw fail('IMAGE_NOT_CARREL', { reference, reason: 'its manifest names no root index or no key' });
  }
  if (config.size > maxConfigBytes || root.size > maxRootBlobBytes) {
    throw fail('IMAGE_NOT_CARREL', { reference, reason: 'its config or root index is far too long' });
  }
  const digest = stored.digest;
  const [indexBlobs, packs] = [ofType(mediaTypes.index), ofType(mediaTypes.pack)];
  return { digest, keyId: keyId.data, config, root, indexBlobs, packs };
}

/**
 * Reads the config blob.
 *
 * @throws {IMAGE_NOT_CARREL}
 */
export function parseConfig(bytes: Uint8Array, reference: string): ImageConfig {
  const parsed = configSchema.safeParse(parseJson(bytes));
  if (parsed.success) return parsed.data.carrel;
  throw fail('IMAGE_NOT_CARREL', { reference, reason: schemaReason(parsed.error) });
}

function checkVersion(json: unknown, reference: string): void {
  const text = z
    .object({ annotations: z.object({ [annotationKeys.formatVersion]: z.string() }) })
    .safeParse(json).data?.annotations[annotationKeys.formatVersion];
  const found = Number(text ?? formatVersion);
  if (found > formatVersion) throw fail('IMAGE_FORMAT_NEWER', { reference, found, supported: formatVersion });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function createdText(provenance: Provenance): string | undefined {
  const seconds = provenance.createdAtSeconds;
  return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString();
}
