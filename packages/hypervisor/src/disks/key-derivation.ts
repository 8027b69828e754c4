import { isAppError } from '@carrel/kit';

/** What QEMU says when the processor time of a short measurement came out as zero (crypto/pbkdf.c). */
const unmeasured = 'Unable to get accurate CPU usage';
const attempts = 20;

/**
 * Runs what makes a LUKS header, again when QEMU could not time its key derivation: where the kernel counts processor
 * time in coarse ticks that fails every now and then, and it is the only sign of it that QEMU gives.
 */
export async function retryKeyDerivation<T>(make: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await make();
    } catch (error) {
      const isUnmeasured = isAppError(error) && error.message.includes(unmeasured);
      if (!isUnmeasured || attempt >= attempts) throw error;
    }
  }
}
