import type { Clock } from '@carrel/kit';
import type { EventQueue } from '../store/event-queue.ts';
import { type Contact, isContactFailure } from './contact.ts';
import { deliverEvents } from './event-delivery.ts';
import type { Pace } from './pace.ts';
import type { ServerLink } from './server-link.ts';

export interface EventLoopParts {
  readonly events: EventQueue;
  readonly link: ServerLink;
  readonly contact: Contact;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly onFailure: (what: string, error: unknown) => void;
}

/** Sends events to the server, again and again. */
export interface EventLoop {
  /** Runs until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
  /** One try, before the agent ends; what is not sent waits for the next start. */
  sendLast(): Promise<void>;
  /** An important event is worth a contact of its own. */
  hurry(): void;
}

/** Events recorded together are sent together. */
const gatherMs = 250;
const lastDeliveryMs = 3_000;

export function createEventLoop(parts: EventLoopParts): EventLoop {
  const { events, link, contact, pace, clock, onFailure } = parts;
  const attempt = async (signal: AbortSignal): Promise<boolean> => {
    if (events.queued === 0) return true;
    try {
      await deliverEvents(events, link, signal);
      contact.succeeded();
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      onFailure('events were not delivered', error);
      if (isContactFailure(error)) contact.failed(error);
      return false;
    }
  };
  return {
    run: async (signal) => {
      while (!signal.aborted) {
        await pace.wait(await attempt(signal), signal);
        await clock.sleep(gatherMs, signal);
      }
    },
    sendLast: async () => {
      try {
        await deliverEvents(events, link, AbortSignal.timeout(lastDeliveryMs));
      } catch (error) {
        onFailure('the last events wait for the next start', error);
      }
    },
    hurry: () => pace.hurry(),
  };
}
