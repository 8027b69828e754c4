export type { FrameSource, FrameSourceKind, SourceTotals, Transferred } from './frame-source.ts';
export { SourceSet, type SourceSetOptions } from './source-set.ts';
