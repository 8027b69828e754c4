import { hkdfSync } from 'node:crypto';
import type { RepositoryKey } from '@carrel/imaging';

/** What computers that run images of one repository prove to each other with. */
export interface PeerKey {
  /** Of the repository key. */
  readonly keyId: string;
  /** Names the key in the open while a connection is made; says nothing about it. */
  readonly identity: string;
  /** Pre-shared key of TLS, 32 bytes. */
  readonly secret: Uint8Array;
}

/** The key for peers that belongs to a repository key. */
export function derivePeerKey({ keyId, bytes }: RepositoryKey): PeerKey {
  const derive = (purpose: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', bytes, new Uint8Array(0), `carrel office peers 1 ${purpose}`, length));
  return { keyId, identity: derive('identity', 16).toString('hex'), secret: derive('secret', 32) };
}

/** Both sides of a connection: nothing older than TLS 1.3, whose pre-shared keys come with a fresh key exchange. */
export const peerTls = {
  minVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256',
} as const;
