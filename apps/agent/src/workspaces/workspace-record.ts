import {
  digestSchema,
  displayNameSchema,
  idSchema,
  leaseGrantSchema,
  leaseSchema,
  transferRateSchema,
  userNameSchema,
} from '@carrel/contract';
import { lockReasonSchema } from '@carrel/contract/agent-api';
import { z } from 'zod';
import { nothingReceived, receivedSchema } from '../images/received.ts';
import type { WorkspaceKey } from '../leases/lease-store.ts';
import type { AgentDatabase } from '../store/database.ts';
import type { StoreSeal } from '../store/store-seal.ts';
import { deletionReasonSchema, withdrawalSchema } from './deletion.ts';

/** What the agent keeps of a guest so that it finds it again after a restart of its own. */
const guestRecordSchema = z.object({
  /** The manifest of the image it runs. */
  image: digestSchema,
  /** Wall clock when QEMU was started, milliseconds since 1970. */
  startedAtMs: z.number(),
  /** Seconds until the agent in the guest answered; `null` before. */
  bootSeconds: z.number().nullable(),
  /** Whether it counts as running: its agent answered, or it has none. */
  isUp: z.boolean(),
  /** What was last said of matters that go on failing, so that each is said once. */
  told: z.object({ names: z.string(), zone: z.string(), clock: z.string() }).partial().default({}),
});
export type GuestRecord = z.infer<typeof guestRecordSchema>;

/** The encrypted copy of an image on this computer, whole or in part. */
const baseRecordSchema = z.object({
  /** From the lease it was begun under, so that the rest of it can be fetched after a newer version came. */
  source: leaseSchema.shape.image,
  sealedKeys: z.string(),
  /** Bytes of the image that are not zero. */
  dataBytes: z.int().min(0),
  isComplete: z.boolean(),
  /** Found broken; a reset removes it, so that the image is fetched again. */
  isDamaged: z.boolean().default(false),
  /** How much of the disk was gone through: 0 to 1. */
  progress: z.number().min(0).max(1),
  received: receivedSchema.default(nothingReceived),
});
export type BaseRecord = z.infer<typeof baseRecordSchema>;

/** Which of a workspace's two files for what a guest writes; the other one may hold the disk from before an update. */
const overlayDiskSchema = z.enum(['a', 'b']);
export type OverlayDisk = z.infer<typeof overlayDiskSchema>;

/** A version of the image, for people and for the disks made on it. */
const versionSchema = z.object({ image: digestSchema, version: z.int().min(1) });

/** The disk from before an update, with which one can go back. */
const previousDiskSchema = versionSchema.extend({
  disk: overlayDiskSchema,
  /** Trusted time, milliseconds since 1970. */
  keptUntilMs: z.number(),
});

/** See `UpdateStanding`. */
const updateStandingSchema = z.object({
  held: digestSchema,
  told: digestSchema,
  sinceMs: z.number(),
  forcedSinceMs: z.number().nullable(),
  warnedMs: z.number().nullable(),
  stopAtMs: z.number().nullable(),
});

/** A workspace of a user on this computer: what was asked for, and what is kept on disk. */
export const workspaceRecordSchema = z.object({
  workspaceId: idSchema('workspace'),
  userId: idSchema('user'),
  workspaceName: displayNameSchema,
  userName: userNameSchema,
  /** Which of the users set aside for guests this one runs as; unique on this computer. */
  slot: z.int().min(0),
  wanted: z.object({
    guest: z.enum(['running', 'stopped']),
    /** Do not wait for the guest when stopping. */
    isForced: z.boolean(),
    isImageWanted: z.boolean(),
    /** A folder named for the present fetch, which may hold packs of the image. */
    stagedFolder: z.string().nullable().default(null),
    isResetWanted: z.boolean(),
    /** Once the guest is gone, it is started again. */
    isRestartWanted: z.boolean().default(false),
    /** The next start stays on the version that ran last. */
    isVersionKept: z.boolean().default(false),
    /** The image it is to be put on: its person agreed to that, it is due, or its person goes back. */
    moveTo: z
      .object({ image: digestSchema, why: z.enum(['agreed', 'due', 'back']) })
      .nullable()
      .default(null),
  }),
  /** From the lease last seen, so that a guest whose lease is gone can be ended as its policy said. */
  policy: z.object({
    persistence: z.enum(['persistent', 'revertible']),
    stopAction: z.enum(['save', 'shutdown']),
    countdownSeconds: z.int().min(0),
    keepVersions: z.int().min(0),
    supportContact: z.string().default(''),
    transferRate: transferRateSchema.default('unlimited'),
    useHostFiles: z.boolean().default(true),
    isLockedOnSuspend: z.boolean().default(false),
    isTimeZoneSynchronized: z.boolean().default(false),
    updateMode: z.enum(['suggest', 'force']).default('suggest'),
    forceAfterHours: z.int().min(0).default(72),
    keepPreviousDays: z.int().min(0).default(14),
    deletion: leaseGrantSchema.shape.deletion,
  }),
  guest: guestRecordSchema.nullable(),
  /** Memory and devices of the guest are kept in the overlay. */
  isSaved: z.boolean(),
  overlay: z.object({ image: digestSchema, isUsed: z.boolean() }).nullable(),
  /** Where the overlay is, or the next one will be. */
  overlayDisk: overlayDiskSchema.default('a'),
  previous: previousDiskSchema.nullable().default(null),
  bases: z.array(baseRecordSchema),
  hasRun: z.boolean(),
  /** What ran last. */
  ran: versionSchema.nullable().default(null),
  /** Where it stands with a version that it is to run and does not. */
  update: updateStandingSchema.nullable().default(null),
  failure: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
  /** The permission ended: when the guest is stopped, in trusted time. */
  ending: z.object({ code: z.string(), dueMs: z.number() }).nullable(),
  /** The last warning given about a limit, so that it is given once. */
  warned: z.object({ endsAs: z.string(), thresholdMs: z.number(), atMs: z.number().default(0) }).nullable(),
  /** The guest is held and its screen closed until its person gives the password. */
  lock: z.object({ reason: lockReasonSchema, atMs: z.number() }).nullable().default(null),
  /** How the server ended the permission; `null` while there is one, or when the server did not say. */
  withdrawal: withdrawalSchema.nullable().default(null),
  /** Everything of it is being removed from this computer. Never taken back. */
  deletion: deletionReasonSchema.nullable().default(null),
});
export type WorkspaceRecord = z.infer<typeof workspaceRecordSchema>;

export interface WorkspaceRecords {
  list(): WorkspaceRecord[];
  put(record: WorkspaceRecord): void;
  remove(key: WorkspaceKey): void;
}

export function createWorkspaceRecords({ sqlite }: AgentDatabase, seal: StoreSeal): WorkspaceRecords {
  const select = sqlite.prepare('SELECT record FROM workspaces ORDER BY workspace_id, user_id');
  const upsert = sqlite.prepare(
    `INSERT INTO workspaces (workspace_id, user_id, record) VALUES (?, ?, ?)
     ON CONFLICT (workspace_id, user_id) DO UPDATE SET record = excluded.record`,
  );
  const remove = sqlite.prepare('DELETE FROM workspaces WHERE workspace_id = ? AND user_id = ?');
  return {
    list: () => select.all().map((row) => workspaceRecordSchema.parse(JSON.parse(String(row['record'])))),
    put: (record) =>
      void seal.change(() => upsert.run(record.workspaceId, record.userId, JSON.stringify(record))),
    remove: ({ workspaceId, userId }) => void seal.change(() => remove.run(workspaceId, userId)),
  };
}
