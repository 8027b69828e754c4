import type { AppError } from '@carrel/kit';
import type { EventSubject } from '../store/event-queue.ts';
import type { BaseRecord, WorkspaceRecord, WorkspaceRecords } from './workspace-record.ts';

/** The record of one workspace: every change is on disk before the next line runs. */
export class WorkspaceState {
  readonly #records: WorkspaceRecords;
  readonly #onChange: () => void;
  #record: WorkspaceRecord;

  constructor(record: WorkspaceRecord, records: WorkspaceRecords, onChange: () => void) {
    this.#record = record;
    this.#records = records;
    this.#onChange = onChange;
  }

  get record(): WorkspaceRecord {
    return this.#record;
  }

  /** Whom and what events of this workspace are about. */
  get subject(): EventSubject {
    return { user: this.#record.userName, workspaceId: this.#record.workspaceId };
  }

  update(change: Partial<WorkspaceRecord>): void {
    const next = { ...this.#record, ...change };
    this.#records.put(next);
    this.#record = next;
    this.#onChange();
  }

  /** Goes back to what was before a transaction that failed. */
  takeBack(record: WorkspaceRecord): void {
    this.#record = record;
  }

  want(change: Partial<WorkspaceRecord['wanted']>): void {
    this.update({ wanted: { ...this.#record.wanted, ...change } });
  }

  base(image: string): BaseRecord | undefined {
    return this.#record.bases.find((base) => base.source.manifestDigest === image);
  }

  /** Adds the base, or replaces the one of the same image. */
  putBase(base: BaseRecord): void {
    const image = base.source.manifestDigest;
    const others = this.#record.bases.filter((other) => other.source.manifestDigest !== image);
    this.update({ bases: [...others, base] });
  }

  /** The copy of that image is broken; it stays until a reset. */
  markDamaged(image: string): void {
    const base = this.base(image);
    if (base) this.putBase({ ...base, isDamaged: true });
  }

  removeBase(image: string): void {
    this.update({ bases: this.#record.bases.filter((base) => base.source.manifestDigest !== image) });
  }
}

/** What a record keeps of an error, for people to see. */
export function failureOf(error: AppError): NonNullable<WorkspaceRecord['failure']>;
export function failureOf(error: AppError | undefined): WorkspaceRecord['failure'];
export function failureOf(error: AppError | undefined): WorkspaceRecord['failure'] {
  return error === undefined ? null : { code: error.code, message: error.message, remedy: error.remedy };
}
