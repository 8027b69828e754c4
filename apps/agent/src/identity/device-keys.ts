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
  /** Encrypts what the agent keeps; 32 bytes. */
  readonly local: Uint8Array;
}

/** Reads the keys, making those that are missing. Running it twice, or after a crash half-way, changes nothing. */
export async function ensureDeviceKeys(folder: string): Promise<DeviceKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    signing: await ensureKey(join(folder, 'signing.pem'), () => generateKeyPairSync('ed25519').privateKey),
    sealing: await ensureKey(join(folder, 'sealing.pem'), () => generateKeyPairSync('x25519').privateKey),
    local: await ensureLocalKey(join(folder, 'local.key')),
  };
}

/** The public halves, as the server gets them. */
export function publicKeysOf(keys: DeviceKeys): { signingKey: SigningKey; sealingKey: SealingKey } {
  return {
    signingKey: signingKeySchema.parse(createPublicKey(keys.signing).export({ format: 'jwk' })),
    sealingKey: sealingKeySchema.parse(createPublicKey(keys.sealing).export({ format: 'jwk' })),
  };
}

async function ensureKey(path: string, make: () => KeyObject): Promise<KeyObject> {
  const pem = await readOrCreate(path, () => Buffer.from(make().export({ format: 'pem', type: 'pkcs8' })));
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
