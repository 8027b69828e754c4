/** What a database can do; code asks for the capability, never for the name of the database. */
export interface DatabaseCapabilities {
  /** Several connections may write at once. `false`: one connection carries everything, one after another. */
  readonly supportsConcurrentWriters: boolean;
  /** `SELECT … FOR UPDATE` holds rows until the transaction ends. Not needed where writers are never concurrent. */
  readonly supportsRowLocks: boolean;
  /** How rows can come in before the rows they refer to: checks wait for the commit, or constraints go and come back. */
  readonly lateForeignKeys: 'deferrable' | 'droppable';
  /** A session can hold a lock of its own that ends with its connection, however it ends. */
  readonly supportsAdvisoryLocks: boolean;
}
