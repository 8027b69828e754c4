export { describeOpenSource, describeSource, type SourceDescription } from './describe-source.ts';
export type { BackingRule } from './format/resolve-chain.ts';
export type { SourceFormat } from './format/source-format.ts';
export { type DescribedPartition, type DiskLayout, describeLayout } from './layout/describe-layout.ts';
export type { FileSystemType } from './layout/file-system-signature.ts';
export { type DiskSource, type OpenSourceOptions, openSource } from './open-source.ts';
