export type { BackingRule } from './format/resolve-chain.ts';
export type { SourceFormat } from './format/source-format.ts';
export { type DiskSource, type OpenSourceOptions, openSource } from './open-source.ts';
