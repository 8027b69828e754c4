import { EventEmitter, once } from 'node:events';
import { type Operation, operationSchema } from '@carrel/contract/agent-api';
import { isAbortError } from '@carrel/kit';
import { z } from 'zod';
import type { WorkspaceKey } from '../leases/lease-store.ts';
import type { AgentDatabase } from '../store/database.ts';

/** An operation and the workspace it is about; without `status`, which is looked up when it is shown. */
export interface OperationRecord extends WorkspaceKey, Omit<Operation, 'status'> {}

/** Long actions, kept on disk: they go on after a restart of the agent. */
export interface OperationStore {
  find(id: string): OperationRecord | undefined;
  /** Those of a workspace that have not ended. */
  running(key: WorkspaceKey): OperationRecord[];
  put(operation: OperationRecord): void;
  /** Resolves when anything changed, or when the signal is aborted. */
  waitForChange(signal: AbortSignal): Promise<void>;
  /** Something about a workspace changed that whoever waits wants to see. */
  announce(): void;
}

const keptOperations = 200;

const recordSchema = operationSchema
  .omit({ status: true })
  .extend({ workspaceId: z.string(), userId: z.string() })
  .transform((record) => record as OperationRecord);

export function createOperationStore({ sqlite }: AgentDatabase): OperationStore {
  const select = sqlite.prepare('SELECT record FROM operations WHERE id = ?');
  const selectAll = sqlite.prepare('SELECT record FROM operations ORDER BY rowid');
  const upsert = sqlite.prepare(
    'INSERT INTO operations (id, record) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record',
  );
  // By when they came here: their ids tell the time of a clock that may have been set back.
  const prune = sqlite.prepare(
    'DELETE FROM operations WHERE rowid NOT IN (SELECT rowid FROM operations ORDER BY rowid DESC LIMIT ?)',
  );
  const parse = (row: Record<string, unknown>): OperationRecord =>
    recordSchema.parse(JSON.parse(String(row['record'])));
  const changes = new EventEmitter();
  changes.setMaxListeners(0);

  return {
    find: (id) => {
      const row = select.get(id);
      return row && parse(row);
    },
    running: (key) =>
      selectAll
        .all()
        .map(parse)
        .filter(
          (operation) =>
            operation.state === 'running' &&
            operation.workspaceId === key.workspaceId &&
            operation.userId === key.userId,
        ),
    put: (operation) => {
      upsert.run(operation.id, JSON.stringify(operation));
      prune.run(keptOperations);
      changes.emit('change');
    },
    announce: () => void changes.emit('change'),
    waitForChange: async (signal) => {
      try {
        await once(changes, 'change', { signal });
      } catch (error) {
        if (!isAbortError(error)) throw error;
      }
    },
  };
}
