import { readFile } from 'node:fs/promises';
import { fail, idSchema, intervalsSchema, signingKeySchema } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import { z } from 'zod';
import { createFileAtomically, isErrorCode } from '../store/atomic-file.ts';

/** What makes this computer a device of an instance. Holds no secret. */
export const enrolmentSchema = z.object({
  deviceId: idSchema('device'),
  instanceId: z.string().min(1),
  /** Origin of the server. */
  server: z.url(),
  /** The instance's certificate authority, PEM; the only one the agent believes. */
  authority: z.string(),
  /** sha256 of its DER, hex. */
  authorityFingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  /** Verify leases. */
  leaseKeys: z.object({ keys: z.array(signingKeySchema.extend({ kid: z.string() })) }),
  intervals: intervalsSchema,
});
export type Enrolment = z.infer<typeof enrolmentSchema>;

/**
 * `undefined` when this computer is not enrolled.
 *
 * @throws {STORE_DAMAGED} the file is not what an enrolment writes
 */
export async function readEnrolment(path: string): Promise<Enrolment | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  return parseEnrolment(path, text);
}

/** @throws {AGENT_ENROLLED_ALREADY} there is an enrolment; it is left as it is */
export async function writeEnrolment(path: string, enrolment: Enrolment): Promise<void> {
  try {
    await createFileAtomically(path, `${JSON.stringify(enrolment, null, 2)}\n`);
  } catch (error) {
    if (!isAppError(error, 'TARGET_EXISTS')) throw error;
    const existing = await readEnrolment(path);
    throw fail('AGENT_ENROLLED_ALREADY', { server: existing?.server ?? 'a server' }, error);
  }
}

function parseEnrolment(path: string, text: string): Enrolment {
  try {
    return enrolmentSchema.parse(JSON.parse(text));
  } catch (error) {
    throw fail('STORE_DAMAGED', { path, reason: 'it is not an enrolment' }, error);
  }
}
