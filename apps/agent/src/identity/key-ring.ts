import type { KeyObject } from 'node:crypto';
import { type DeviceKeys, publicKeysOf } from './device-keys.ts';
import { forgetFormerKeys, rotateDeviceKeys } from './rotate-keys.ts';

/** The keys of this device as they are now: they may be replaced while the agent runs. */
export class KeyRing {
  readonly #folder: string;
  #keys: DeviceKeys;

  constructor(folder: string, keys: DeviceKeys) {
    this.#folder = folder;
    this.#keys = keys;
  }

  /** Ed25519, private. */
  get signing(): KeyObject {
    return this.#keys.signing;
  }

  /** X25519, private: the present one first, then the one before while something is still sealed to that. */
  get sealing(): readonly KeyObject[] {
    const { sealing, formerSealing } = this.#keys;
    return formerSealing ? [sealing, formerSealing] : [sealing];
  }

  get publicKeys(): ReturnType<typeof publicKeysOf> {
    return publicKeysOf(this.#keys);
  }

  /** @throws what `announce` fails with; the keys stay then */
  async rotate(announce: Parameters<typeof rotateDeviceKeys>[2]): Promise<void> {
    this.#keys = await rotateDeviceKeys(this.#folder, this.#keys, announce);
  }

  /** Nothing is sealed to the former key any more. */
  async forgetFormer(): Promise<void> {
    this.#keys = await forgetFormerKeys(this.#folder, this.#keys);
  }
}
