import { hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isErrorCode } from '../store/atomic-file.ts';

const machineIdPath = '/etc/machine-id';

/** What a secret of this device is for; each purpose has a key of its own. */
export type DevicePurpose = 'store-seal' | 'enrolment-seal' | 'sign-in-verifiers';

/**
 * A key of 32 bytes that only this device has: from its local key, which lies in a file for the agent alone, and from
 * the identity of the installed system, so that a copied folder is worth nothing on another computer.
 */
export function deviceSecret(localKey: Uint8Array, purpose: DevicePurpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', localKey, readMachineId(), `carrel ${purpose}`, 32));
}

/** Empty where the system has none. */
function readMachineId(): string {
  try {
    return readFileSync(machineIdPath, 'utf8').trim();
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return '';
    throw error;
  }
}
