import type { z } from 'zod';
import type { MasterKey } from '../instance/index.ts';

/** Hands something to the other side to keep, which it can neither read nor change. */
export function seal(masterKey: MasterKey, purpose: string, content: unknown): string {
  return masterKey.wrap(purpose, Buffer.from(JSON.stringify(content)));
}

/** What was sealed; `undefined` when it was not sealed here for this purpose. */
export function unseal<S extends z.ZodType>(
  masterKey: MasterKey,
  purpose: string,
  schema: S,
  sealed: string,
): z.output<S> | undefined {
  const bytes = open(masterKey, purpose, sealed);
  return bytes && schema.parse(JSON.parse(bytes.toString('utf8')));
}

/** Whatever is wrong with it, it comes from outside and is simply not ours. */
function open(masterKey: MasterKey, purpose: string, sealed: string): Buffer | undefined {
  try {
    return masterKey.unwrap(purpose, sealed);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
