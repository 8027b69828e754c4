import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, type SealingKey, type SigningKey, sealingKeySchema, signingKeySchema } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import { createFileAtomically, isErrorCode } from '../store/atomic-file.ts';

/** The secrets of this computer. They are made here and never leave it. */
export interface DeviceKeys {
  /** Ed25519, private. */
  readonly signing: KeyObject;
  /** X25519, private. */
  readonly sealing: KeyObject;
  /** The sealing key before the present one, while something is still sealed to it. */
  readonly formerSealing: KeyObject | undefined;
  /** Encrypts what the agent keeps; 32 bytes. */
  readonly local: Uint8Array;
}

/** Where the keys lie. */
export function keyFiles(folder: string): Record<'signing' | 'sealing' | 'formerSealing' | 'local', string> {
  return {
    signing: join(folder, 'signing.pem'),
    sealing: join(folder, 'sealing.pem'),
    formerSealing: join(folder, 'former-sealing.pem'),
    local: join(folder, 'local.key'),
  };
}

/** Reads the keys, making those that are missing. Running it twice, or after a crash half-way, changes nothing. */
export async function ensureDeviceKeys(folder: string): Promise<DeviceKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = keyFiles(folder);
  return {
    signing: await ensureKey(files.signing, () => generateKeyPairSync('ed25519').privateKey),
    sealing: await ensureKey(files.sealing, () => generateKeyPairSync('x25519').privateKey),
    formerSealing: await readKeyIfAny(files.formerSealing),
    local: await ensureLocalKey(files.local),
  };
}

/** The public halves, as the server gets them. */
export function publicKeysOf(keys: Pick<DeviceKeys, 'signing' | 'sealing'>): {
  signingKey: SigningKey;
  sealingKey: SealingKey;
} {
  return {
    signingKey: signingKeySchema.parse(createPublicKey(keys.signing).export({ format: 'jwk' })),
    sealingKey: sealingKeySchema.parse(createPublicKey(keys.sealing).export({ format: 'jwk' })),
  };
}

/**
 * Reads a private key, making it when it is missing.
 *
 * @throws {STORE_DAMAGED} the file holds something else
 */
export async function ensureKey(path: string, make: () => KeyObject): Promise<KeyObject> {
  const pem = await readOrCreate(path, () => Buffer.from(make().export({ format: 'pem', type: 'pkcs8' })));
  return parseKey(path, pem);
}

async function readKeyIfAny(path: string): Promise<KeyObject | undefined> {
  try {
    return parseKey(path, await readFile(path));
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function parseKey(path: string, pem: Buffer): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw fail('STORE_DAMAGED', { path, reason: 'it holds no private key' }, error);
  }
}

async function ensureLocalKey(path: string): Promise<Uint8Array> {
  const key = await readOrCreate(path, () => randomBytes(32));
  if (key.length !== 32) throw fail('STORE_DAMAGED', { path, reason: 'it is not 32 bytes long' });
  return key;
}

async function readOrCreate(path: string, make: () => Buffer): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (!isErrorCode(error, 'ENOENT')) throw error;
  }
  try {
    await createFileAtomically(path, make());
  } catch (error) {
    if (!isAppError(error, 'TARGET_EXISTS')) throw error;
  }
  return readFile(path);
}
