import { z } from 'zod';
import { storedEventSchema } from '../events/event.ts';

/** Server-sent events for consoles (permission to view the thing decides who gets what). */
export const livePath = '/api/v1/live';

/** One message: a new event, or word that a thing changed and should be read again. */
export const liveMessageSchema = z.discriminatedUnion('topic', [
  z.object({ topic: z.literal('event'), event: storedEventSchema }),
  z.object({ topic: z.enum(['image', 'workspace', 'device', 'task', 'user', 'plan']), id: z.string() }),
]);
export type LiveMessage = z.infer<typeof liveMessageSchema>;
