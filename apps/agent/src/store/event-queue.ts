import { type DeviceEvent, deviceEventSchema, type EventCode, type EventFields } from '@carrel/contract';
import type { WorkspaceId } from '@carrel/kit';
import { z } from 'zod';
import type { AgentDatabase } from './database.ts';
import { createFacts } from './facts.ts';

/** Whom and what an event is about. */
export interface EventSubject {
  /** `SYSTEM` when left out. */
  readonly user?: string;
  readonly workspaceId?: WorkspaceId;
  readonly guestName?: string;
}

/**
 * The durable queue of events. They are numbered 1, 2, 3 … without gaps for the life of the enrolment; an event that
 * was recorded stays until the server has said that it committed it.
 */
export interface EventQueue {
  /** Records an event and returns its sequence. Texts are cut to what the contract carries. */
  record<Code extends EventCode>(code: Code, fields: EventFields<Code>, subject?: EventSubject): number;
  /** The oldest events not yet acknowledged, in order. */
  oldest(maximum: number): DeviceEvent[];
  /** The server holds everything up to this sequence: forget it. Doing it twice changes nothing. */
  acknowledge(sequence: number): void;
  /**
   * Gives the queued events new numbers from `sequence` on, without gaps. For the one case in which the two sides
   * disagree about what was acknowledged: the server or this computer was restored from a copy.
   */
  renumberFrom(sequence: number): void;
  readonly queued: number;
  /** Sequence of the newest event ever recorded, 0 before the first. */
  readonly lastSequence: number;
}

const maximumTextLength = 500;
const counterName = 'last-event-sequence';

/** @param onRecord told of each event after it is durable */
export function createEventQueue(
  database: AgentDatabase,
  nowMs: () => number,
  onRecord: (event: DeviceEvent) => void,
): EventQueue {
  const facts = createFacts(database);
  const { sqlite } = database;
  const insert = sqlite.prepare('INSERT INTO events (sequence, body) VALUES (?, ?)');
  const select = sqlite.prepare('SELECT sequence, body FROM events ORDER BY sequence LIMIT ?');
  const remove = sqlite.prepare('DELETE FROM events WHERE sequence <= ?');
  const count = sqlite.prepare('SELECT count(*) AS queued FROM events');
  const lastSequence = (): number => facts.read(counterName, z.int().min(0)) ?? 0;

  return {
    record: (code, fields, subject) => {
      const event = database.transaction(() => {
        const next = createEvent(lastSequence() + 1, code, fields, subject ?? {}, nowMs());
        insert.run(next.sequence, JSON.stringify(next));
        facts.write(counterName, next.sequence);
        return next;
      });
      onRecord(event);
      return event.sequence;
    },
    oldest: (maximum) => select.all(maximum).map(parseRow),
    acknowledge: (sequence) => {
      database.transaction(() => {
        remove.run(sequence);
        if (sequence > lastSequence()) facts.write(counterName, sequence);
      });
    },
    renumberFrom: (sequence) => {
      database.transaction(() => {
        const events = select.all(-1).map(parseRow);
        remove.run(Number.MAX_SAFE_INTEGER);
        for (const [index, event] of events.entries()) {
          const renumbered = { ...event, sequence: sequence + index };
          insert.run(renumbered.sequence, JSON.stringify(renumbered));
        }
        facts.write(counterName, sequence + events.length - 1);
      });
    },
    get queued() {
      return Number(count.get()?.['queued']);
    },
    get lastSequence() {
      return lastSequence();
    },
  };
}

function createEvent(
  sequence: number,
  code: EventCode,
  fields: Readonly<Record<string, unknown>>,
  subject: EventSubject,
  nowMs: number,
): DeviceEvent {
  return deviceEventSchema.parse({
    sequence,
    code,
    clientTime: new Date(nowMs).toISOString(),
    user: subject.user ?? 'SYSTEM',
    workspaceId: subject.workspaceId ?? null,
    guestName: subject.guestName ?? null,
    fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cut(value)])),
  });
}

function cut(value: unknown): unknown {
  return typeof value === 'string' ? value.slice(0, maximumTextLength) : value;
}

function parseRow(row: Record<string, unknown>): DeviceEvent {
  const event: unknown = JSON.parse(String(row['body']));
  return deviceEventSchema.parse(event);
}
