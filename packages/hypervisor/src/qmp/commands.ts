import { z } from 'zod';
import { jobStatusSchema } from './events.ts';

/** A value that may stand in a command: QEMU's arguments are plain JSON. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Shape of a node of QEMU's block graph, as `-blockdev` and `blockdev-add` take it. */
export interface BlockNode {
  readonly driver: string;
  readonly [option: string]: JsonValue;
}

interface CommandDefinition<Arguments, Result> {
  readonly returns: z.ZodType<Result>;
  readonly timeoutMs: number;
  /** Only a type: what the command takes. */
  readonly takes?: Arguments;
}

const nothing = z.unknown().transform((): undefined => undefined);
const quickMs = 10_000;
/** Commands that wait for disk requests under way: a slow disk, or a source that is being re-connected. */
const drainMs = 60_000;

function command<Arguments, Result>(
  returns: z.ZodType<Result>,
  timeoutMs = quickMs,
): CommandDefinition<Arguments, Result> {
  return { returns, timeoutMs };
}

const runStateSchema = z.enum([
  'debug',
  'inmigrate',
  'internal-error',
  'io-error',
  'paused',
  'postmigrate',
  'prelaunch',
  'finish-migrate',
  'restore-vm',
  'running',
  'save-vm',
  'shutdown',
  'suspended',
  'watchdog',
  'guest-panicked',
  'colo',
]);
export type RunState = z.infer<typeof runStateSchema>;

const jobSchema = z.object({
  id: z.string(),
  type: z.string(),
  status: jobStatusSchema,
  'current-progress': z.int(),
  'total-progress': z.int(),
  error: z.string().optional(),
});
export type QmpJob = z.infer<typeof jobSchema>;

const blockJobSchema = z.object({
  device: z.string(),
  'io-status': z.enum(['ok', 'failed', 'nospace']),
  paused: z.boolean(),
  speed: z.int(),
});

export type QmpBlockJob = z.infer<typeof blockJobSchema>;

const blockDeviceSchema = z.object({
  device: z.string(),
  'io-status': z.enum(['ok', 'failed', 'nospace']).optional(),
});

interface JobId {
  readonly id: string;
}

type SnapshotArguments = {
  readonly 'job-id': string;
  readonly tag: string;
  readonly vmstate: string;
  readonly devices: readonly string[];
};

/** The commands we use, each with what it returns and how long it may take. */
export const qmpCommands = {
  qmp_capabilities: command<undefined, undefined>(nothing),
  'query-status': command<undefined, { status: RunState; running: boolean }>(
    z.object({ status: runStateSchema, running: z.boolean() }),
  ),
  'query-jobs': command<undefined, QmpJob[]>(z.array(jobSchema)),
  'query-block-jobs': command<undefined, z.infer<typeof blockJobSchema>[]>(z.array(blockJobSchema)),
  'query-block': command<undefined, z.infer<typeof blockDeviceSchema>[]>(z.array(blockDeviceSchema)),
  'query-named-block-nodes': command<{ readonly flat: true }, { 'node-name': string; drv: string }[]>(
    z.array(z.object({ 'node-name': z.string(), drv: z.string() })),
  ),
  'qom-get': command<{ readonly path: string; readonly property: string }, unknown>(z.unknown()),
  cont: command<undefined, undefined>(nothing, drainMs),
  stop: command<undefined, undefined>(nothing, drainMs),
  quit: command<undefined, undefined>(nothing),
  set_link: command<{ readonly name: string; readonly up: boolean }, undefined>(nothing),
  system_powerdown: command<undefined, undefined>(nothing),
  screendump: command<{ readonly filename: string; readonly format: 'png' }, undefined>(nothing, 30_000),
  'ringbuf-read': command<
    { readonly device: string; readonly size: number; readonly format: 'base64' },
    string
  >(z.string()),
  'block-stream': command<
    {
      readonly 'job-id': string;
      readonly device: string;
      readonly speed: number;
      readonly 'on-error': 'stop';
      readonly 'auto-dismiss': false;
    },
    undefined
  >(nothing, drainMs),
  'block-job-set-speed': command<{ readonly device: string; readonly speed: number }, undefined>(nothing),
  'block-job-cancel': command<{ readonly device: string; readonly force: true }, undefined>(nothing, drainMs),
  'block-job-pause': command<{ readonly device: string }, undefined>(nothing),
  'block-job-resume': command<{ readonly device: string }, undefined>(nothing),
  'job-dismiss': command<JobId, undefined>(nothing),
  'blockdev-add': command<BlockNode, undefined>(nothing, drainMs),
  'blockdev-del': command<{ readonly 'node-name': string }, undefined>(nothing, drainMs),
  'blockdev-reopen': command<{ readonly options: readonly BlockNode[] }, undefined>(nothing, drainMs),
  'blockdev-create': command<{ readonly 'job-id': string; readonly options: BlockNode }, undefined>(nothing),
  'snapshot-save': command<SnapshotArguments, undefined>(nothing, drainMs),
  'snapshot-load': command<SnapshotArguments, undefined>(nothing, drainMs),
} as const;

export type QmpCommand = keyof typeof qmpCommands;
export type QmpArguments<Name extends QmpCommand> =
  (typeof qmpCommands)[Name] extends CommandDefinition<infer Arguments, unknown> ? Arguments : never;
export type QmpResult<Name extends QmpCommand> = z.infer<(typeof qmpCommands)[Name]['returns']>;
