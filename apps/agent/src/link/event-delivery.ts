import { type DeviceEvent, fail, routes } from '@carrel/contract';
import { type AppError, isAppError } from '@carrel/kit';
import { z } from 'zod';
import type { EventQueue } from '../store/event-queue.ts';
import type { ServerLink } from './server-link.ts';

const largestBatch = 500;

/**
 * Sends queued events until none is left. An event is forgotten only when the server says it committed it; sent twice
 * it counts once, because the server knows it by its sequence.
 *
 * @throws what the server or the way to it says; what was acknowledged by then stays so
 */
export async function deliverEvents(
  queue: EventQueue,
  link: Pick<ServerLink, 'call' | 'server'>,
  signal?: AbortSignal,
): Promise<void> {
  for (;;) {
    const events = queue.oldest(largestBatch);
    const first = events[0];
    if (!first) return;
    const acknowledged = await sendBatch(queue, link, events, signal);
    if (acknowledged === undefined) continue;
    if (acknowledged < first.sequence) {
      const reason = `it acknowledged event ${acknowledged} when ${first.sequence} was sent`;
      throw fail('ANSWER_INVALID', { server: link.server, request: routes.sendEvents.id, reason });
    }
    queue.acknowledge(acknowledged);
  }
}

/** `undefined` when the numbering was corrected and the events are to be read again. */
async function sendBatch(
  queue: EventQueue,
  link: Pick<ServerLink, 'call'>,
  events: DeviceEvent[],
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  try {
    const answer = await link.call(routes.sendEvents, { body: { events }, ...(signal ? { signal } : {}) });
    return answer.acknowledgedSequence;
  } catch (error) {
    const expected = isAppError(error, 'EVENT_SEQUENCE_GAP') ? expectedSequence(error) : undefined;
    // The server lost events it had acknowledged (it was restored from a backup): what is queued follows on what it has.
    if (expected === undefined || expected >= (events[0]?.sequence ?? 0)) throw error;
    queue.renumberFrom(expected);
    return undefined;
  }
}

function expectedSequence(error: AppError): number | undefined {
  const parsed = z.coerce.number().int().min(1).safeParse(error.details['expected']);
  return parsed.success ? parsed.data : undefined;
}
