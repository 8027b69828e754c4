import {
  type CallInput,
  type CallOutput,
  deviceActionKindSchema,
  idSchema,
  type routes,
} from '@carrel/contract';
import { type AppError, isAppError } from '@carrel/kit';
import { z } from 'zod';
import type { AgentDatabase } from '../store/database.ts';
import type { EventQueue } from '../store/event-queue.ts';

/** Something the server asks of this device. */
export type DeviceAction = CallOutput<typeof routes.syncDevice>['actions'][number];
/** How it went, as the server is told. */
export type FinishedAction = NonNullable<
  CallInput<typeof routes.syncDevice>['body']['finishedActions']
>[number];

/**
 * What the server asked of this device, kept on disk: each is done once, also when this process is killed in the
 * middle, and told until the server knows.
 */
export interface DeviceActions {
  /** Takes what came with an answer; what is known already is not taken again. */
  take(actions: readonly DeviceAction[]): void;
  /** To be told with the next contact. */
  finished(): FinishedAction[];
  /** The server was told, and asks for these no more. */
  acknowledge(told: readonly FinishedAction[], stillAsked: readonly DeviceAction[]): void;
  /** Does what is left, one after the other. Rejects when the signal is aborted; the action is left for next time. */
  performAll(perform: (action: DeviceAction) => Promise<void>, signal: AbortSignal): Promise<void>;
}

const actionSchema = z.object({
  id: idSchema('device-action'),
  kind: deviceActionKindSchema,
  workspaceId: idSchema('workspace').nullable(),
  userId: idSchema('user').nullable(),
});
const outcomeSchema = z.object({ outcome: z.enum(['done', 'failed']), code: z.string().optional() });

export function createDeviceActions(
  database: AgentDatabase,
  events: Pick<EventQueue, 'record'>,
  hooks: {
    /** The server knows that everything here was removed. */
    readonly onWipeTold: () => void;
    readonly onUnexpected: (error: unknown) => void;
  },
): DeviceActions {
  const { sqlite } = database;
  const insert = sqlite.prepare(
    'INSERT INTO device_actions (id, action) VALUES (?, ?) ON CONFLICT (id) DO NOTHING',
  );
  const selectOpen = sqlite.prepare('SELECT action FROM device_actions WHERE outcome IS NULL ORDER BY rowid');
  const selectDone = sqlite.prepare(
    'SELECT id, outcome FROM device_actions WHERE outcome IS NOT NULL ORDER BY rowid',
  );
  const settle = sqlite.prepare('UPDATE device_actions SET outcome = ? WHERE id = ?');
  const find = sqlite.prepare('SELECT action FROM device_actions WHERE id = ?');
  const remove = sqlite.prepare('DELETE FROM device_actions WHERE id = ?');
  const kindOf = (id: string): DeviceAction['kind'] | undefined => {
    const row = find.get(id);
    return row && actionSchema.parse(JSON.parse(String(row['action']))).kind;
  };

  const performOne = async (
    action: DeviceAction,
    perform: (action: DeviceAction) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> => {
    const error = await perform(action).then(
      () => undefined,
      (refusal: unknown): AppError | 'INTERNAL' => {
        if (signal.aborted) throw refusal;
        if (isAppError(refusal)) return refusal;
        hooks.onUnexpected(refusal);
        return 'INTERNAL';
      },
    );
    const code = error === undefined || error === 'INTERNAL' ? error : error.code;
    const outcome = code === undefined ? 'done' : 'failed';
    // A wipe was told of by itself; after it the server takes nothing of this device any more.
    const isTold = action.kind === 'wipe' && outcome === 'done';
    database.transaction(() => {
      if (!isTold) events.record('AGENT-010', { kind: action.kind, outcome, code: code ?? '' });
      settle.run(JSON.stringify({ outcome, ...(code === undefined ? {} : { code }) }), action.id);
    });
  };

  return {
    take: (actions) => {
      for (const action of actions) insert.run(action.id, JSON.stringify(action));
    },
    finished: () =>
      selectDone.all().map((row) => {
        const { outcome, code } = outcomeSchema.parse(JSON.parse(String(row['outcome'])));
        const id = actionSchema.shape.id.parse(row['id']);
        return { id, outcome, ...(code === undefined ? {} : { code }) };
      }),
    acknowledge: (told, stillAsked) => {
      const asked = new Set<string>(stillAsked.map(({ id }) => id));
      for (const { id, outcome } of told.filter((action) => !asked.has(action.id))) {
        // Goes with all the rest of the database, so that it is told again if this process ends before that.
        if (kindOf(id) === 'wipe' && outcome === 'done') hooks.onWipeTold();
        else remove.run(id);
      }
    },
    performAll: async (perform, signal) => {
      for (;;) {
        const row = selectOpen.get();
        if (!row) return;
        await performOne(actionSchema.parse(JSON.parse(String(row['action']))), perform, signal);
      }
    },
  };
}
