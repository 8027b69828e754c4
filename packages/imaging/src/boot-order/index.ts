export type { BootRun } from './boot-run.ts';
export { type RecordedDisk, recordReads } from './record-reads.ts';
export { type BootOrderReceipt, type SetBootOrderOptions, setBootOrder } from './set-boot-order.ts';
