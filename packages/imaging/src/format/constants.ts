/** The format this program writes, and the newest it reads. */
export const formatVersion = 1;

/** Unit of identity: file systems place files on this boundary. */
export const blockBytes = 4096;

/** A frame, the unit of compression, encryption and download, holds at most so many blocks (64 KiB). */
export const frameBlocks = 16;

/** Length of the identities of blocks, frames and index sections. */
export const idBytes = 16;

/** Blocks of the disk that one segment of the map covers (256 MiB). */
export const segmentBlocks = 65_536;

/** A pack is closed by the frame that brings it to this size, and so stays below it plus one frame. */
export const packTargetBytes = 16 * 1024 * 1024;

/** A boot order has at most so many runs, which keeps the root index small. */
export const maxBootRuns = 4096;

export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  artifact: 'application/vnd.carrel.image.v1',
  // The OCI config type, because common tools (skopeo inspect) refuse to look at a manifest with another one.
  config: 'application/vnd.oci.image.config.v1+json',
  root: 'application/vnd.carrel.image.root.v1',
  index: 'application/vnd.carrel.image.index.v1',
  pack: 'application/vnd.carrel.image.pack.v1',
} as const;

export const annotationKeys = {
  formatVersion: 'vnd.carrel.format-version',
  keyId: 'vnd.carrel.key-id',
  virtualSize: 'vnd.carrel.virtual-size-bytes',
  dataSize: 'vnd.carrel.data-bytes',
  created: 'org.opencontainers.image.created',
} as const;
