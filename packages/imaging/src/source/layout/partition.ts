/** A part of a disk, as its partition table has it. */
export interface Partition {
  /** As the operating systems count: from 1; logical ones from 5. */
  readonly number: number;
  readonly startBytes: number;
  readonly sizeBytes: number;
  /** GPT: the type GUID in lower case. MBR: `0x07`. */
  readonly type: string;
  /** The partition's name (GPT only), else empty. */
  readonly name: string;
  /** Marked as the one to boot (MBR), or for legacy boot (GPT). */
  readonly isActive: boolean;
}

export interface PartitionTable {
  readonly kind: 'gpt' | 'mbr' | 'none';
  /** Ascending by number. */
  readonly partitions: readonly Partition[];
  /** What is wrong with the table, in sentences for people. */
  readonly warnings: readonly string[];
}
