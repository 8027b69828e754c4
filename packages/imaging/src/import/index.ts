export { type ImportOptions, type ImportReceipt, importDisk } from './import-disk.ts';
