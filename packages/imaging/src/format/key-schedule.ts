import { hkdfSync } from 'node:crypto';

/** The keys of one kind of sealed object. */
export interface SealKeys {
  /** AES-256 key. */
  readonly encryption: Uint8Array;
  /** HMAC-SHA-256 key that ids and nonces come from. */
  readonly identity: Uint8Array;
}

/** Everything derived from a repository key (docs/image-format.md, "Keys"). */
export interface ImageKeys {
  /** One whole SHA-256 block, so that it takes the place of the hash's initial value. */
  readonly blockId: Uint8Array;
  readonly frame: SealKeys;
  readonly section: SealKeys;
}

/** Derives the working keys: HKDF-SHA-256 without salt, one label a purpose. */
export function deriveImageKeys(repositoryKey: Uint8Array): ImageKeys {
  const derive = (purpose: string, length: number): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', repositoryKey, new Uint8Array(0), `carrel image 1 ${purpose}`, length));
  return {
    blockId: derive('block identity', 64),
    frame: { encryption: derive('frame encryption', 32), identity: derive('frame identity', 32) },
    section: { encryption: derive('section encryption', 32), identity: derive('section identity', 32) },
  };
}
