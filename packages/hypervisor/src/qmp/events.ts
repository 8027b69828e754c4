import { z } from 'zod';
import { eventSchema } from './messages.ts';

const jobStatusSchema = z.enum([
  'undefined',
  'created',
  'running',
  'paused',
  'ready',
  'standby',
  'waiting',
  'pending',
  'aborting',
  'concluded',
  'null',
]);
export type JobStatus = z.infer<typeof jobStatusSchema>;
export { jobStatusSchema };

/** The events we act on, by QEMU's names (docs/interop/qemu-qmp-ref, "Run state", "Block core", "Jobs"). */
const knownEvents = {
  STOP: z.object({}),
  RESUME: z.object({}),
  RESET: z.object({ guest: z.boolean(), reason: z.string() }),
  SHUTDOWN: z.object({ guest: z.boolean(), reason: z.string() }),
  GUEST_PANICKED: z.object({ action: z.string() }),
  BLOCK_IO_ERROR: z.object({
    operation: z.enum(['read', 'write']),
    action: z.enum(['ignore', 'report', 'stop']),
    nospace: z.boolean().default(false),
    reason: z.string(),
  }),
  BLOCK_JOB_ERROR: z.object({
    device: z.string(),
    operation: z.enum(['read', 'write']),
    action: z.enum(['ignore', 'report', 'stop']),
  }),
  JOB_STATUS_CHANGE: z.object({ id: z.string(), status: jobStatusSchema }),
} as const;

type KnownEvents = typeof knownEvents;

/** An event of QEMU. Those we do not know are kept by name only. */
export type QmpEvent =
  | {
      readonly [Name in keyof KnownEvents]: {
        readonly kind: Name;
        readonly data: z.infer<KnownEvents[Name]>;
        readonly atMs: number;
      };
    }[keyof KnownEvents]
  | { readonly kind: 'other'; readonly name: string; readonly atMs: number };

/** Reads an event; `undefined` when the message is none. @throws {z.ZodError} when a known event is malformed */
export function parseEvent(message: unknown): QmpEvent | undefined {
  const parsed = eventSchema.safeParse(message);
  if (!parsed.success) return undefined;
  const { event, data, timestamp } = parsed.data;
  const atMs = timestamp.seconds * 1000 + Math.floor(timestamp.microseconds / 1000);
  if (!isKnown(event)) return { kind: 'other', name: event, atMs };
  return { kind: event, data: knownEvents[event].parse(data), atMs } as QmpEvent;
}

function isKnown(name: string): name is keyof KnownEvents {
  return Object.hasOwn(knownEvents, name);
}
