import { z } from 'zod';
import { ociFail } from '../errors.ts';
import { type Digest, isDigest } from '../names.ts';

const digestField = z.string().refine(isDigest, 'expected a sha256 digest');
const descriptorSchema = z.looseObject({
  mediaType: z.string().min(1).max(255),
  digest: digestField,
  size: z.int().min(0),
  urls: z.array(z.string()).optional(),
});
const annotationsSchema = z.record(z.string(), z.string());
const sharedFields = {
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().max(255).optional(),
  subject: descriptorSchema.optional(),
  annotations: annotationsSchema.optional(),
};
const imageManifestSchema = z.looseObject({
  ...sharedFields,
  config: descriptorSchema,
  layers: z.array(descriptorSchema).max(100_000),
});
const indexSchema = z.looseObject({ ...sharedFields, manifests: z.array(descriptorSchema).max(100_000) });

const ociIndex = 'application/vnd.oci.image.index.v1+json';
const imageMediaTypes: readonly string[] = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const indexMediaTypes: readonly string[] = [
  ociIndex,
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** The media type of an OCI image index, which the list of referrers is. */
export const indexMediaType = ociIndex;

/** Something a manifest refers to, and that must be in the same repository. */
export interface ManifestNeed {
  readonly kind: 'blob' | 'manifest';
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** What the repository reads in a manifest. */
export interface ManifestContent {
  readonly needs: readonly ManifestNeed[];
  /** The manifest this one is about (signature, report …); it need not be here. */
  readonly subject: Digest | undefined;
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

/**
 * Reads an image manifest or an index, of OCI or Docker schema 2.
 *
 * @throws {MANIFEST_INVALID}
 */
export function parseManifest(bytes: Uint8Array, mediaType: string): ManifestContent {
  const json = parseJson(bytes);
  if (imageMediaTypes.includes(mediaType)) {
    const manifest = checked(imageManifestSchema, json, mediaType);
    return {
      needs: [manifest.config, ...manifest.layers].filter(isKeptHere).map(needOf('blob')),
      subject: manifest.subject?.digest,
      artifactType: manifest.artifactType ?? manifest.config.mediaType,
      annotations: manifest.annotations,
    };
  }
  if (indexMediaTypes.includes(mediaType)) {
    const index = checked(indexSchema, json, mediaType);
    return {
      needs: index.manifests.map(needOf('manifest')),
      subject: index.subject?.digest,
      artifactType: index.artifactType,
      annotations: index.annotations,
    };
  }
  throw ociFail('MANIFEST_INVALID', { reason: `the media type ${mediaType.slice(0, 200)} is not supported` });
}

type Descriptor = z.infer<typeof descriptorSchema>;

/** Layers that may not be redistributed name the places they are downloaded from and need not be pushed. */
function isKeptHere(descriptor: Descriptor): boolean {
  return !(descriptor.urls && /nondistributable|foreign/.test(descriptor.mediaType));
}

function needOf(kind: ManifestNeed['kind']): (descriptor: Descriptor) => ManifestNeed {
  return (descriptor) => ({ kind, digest: descriptor.digest, sizeBytes: descriptor.size });
}

function checked<T extends { readonly mediaType?: string | undefined }>(
  schema: z.ZodType<T>,
  json: unknown,
  mediaType: string,
): T {
  const result = schema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw ociFail('MANIFEST_INVALID', { reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` });
  }
  if (result.data.mediaType !== undefined && result.data.mediaType !== mediaType) {
    throw ociFail('MANIFEST_INVALID', { reason: 'its mediaType is not the Content-Type it was sent with' });
  }
  return result.data;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw ociFail('MANIFEST_INVALID', { reason: 'it is not JSON in UTF-8' }, error);
  }
}
