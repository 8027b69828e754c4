import { z } from 'zod';

/** Frames lie in packs below 4 GiB. */
const position = z
  .int()
  .min(0)
  .max(2 ** 32);

/** Answer to `GET /held/PACK`: what the agent has of a pack. */
export const heldAnswerSchema = z.object({
  /** Offset and length, ascending. */
  held: z.array(z.tuple([position, position])).max(10_000),
  isFetching: z.boolean(),
});
export type HeldAnswer = z.infer<typeof heldAnswerSchema>;

/** A longer answer is none. */
export const maxHeldAnswerBytes = 256 * 1024;
/** A piece of a pack, and the frame that begins at its end. */
export const maxRequestBytes = 1024 ** 2 + 128 * 1024;

/** `GET` with this header: fetch what you do not hold. */
export const fetchHeader = 'carrel-fetch';
