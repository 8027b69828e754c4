import { createHmac } from 'node:crypto';
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

/** On disk it carries a keyed hash, so that nobody puts keys of their own where those of the instance are pinned. */
const sealedEnrolmentSchema = enrolmentSchema.extend({ seal: z.string() });

/**
 * `undefined` when this computer is not enrolled.
 *
 * @param sealKey 32 bytes that only this device has
 * @throws {STORE_DAMAGED} the file is not what an enrolment writes
 * @throws {ENROLMENT_ALTERED} it was changed, or written on another device
 */
export async function readEnrolment(path: string, sealKey: Uint8Array): Promise<Enrolment | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  const { seal, ...enrolment } = parseEnrolment(path, text);
  if (seal !== sealOf(enrolment, sealKey)) throw fail('ENROLMENT_ALTERED', { path });
  return enrolment;
}

/** @throws {AGENT_ENROLLED_ALREADY} there is an enrolment; it is left as it is */
export async function writeEnrolment(path: string, enrolment: Enrolment, sealKey: Uint8Array): Promise<void> {
  try {
    const content = { ...enrolment, seal: sealOf(enrolment, sealKey) };
    await createFileAtomically(path, `${JSON.stringify(content, null, 2)}\n`);
  } catch (error) {
    if (!isAppError(error, 'TARGET_EXISTS')) throw error;
    const existing = await readEnrolment(path, sealKey);
    throw fail('AGENT_ENROLLED_ALREADY', { server: existing?.server ?? 'a server' }, error);
  }
}

/** Over the values alone, in the order of the schema. */
function sealOf(enrolment: Enrolment, sealKey: Uint8Array): string {
  const content = JSON.stringify(enrolmentSchema.parse(enrolment));
  return createHmac('sha256', sealKey).update(content).digest('base64url');
}

function parseEnrolment(path: string, text: string): z.infer<typeof sealedEnrolmentSchema> {
  try {
    return sealedEnrolmentSchema.parse(JSON.parse(text));
  } catch (error) {
    throw fail('STORE_DAMAGED', { path, reason: 'it is not an enrolment' }, error);
  }
}
