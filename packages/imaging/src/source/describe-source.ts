import { type DiskLayout, describeLayout } from './layout/describe-layout.ts';
import { type DiskSource, type OpenSourceOptions, openSource } from './open-source.ts';

/** What a disk made elsewhere is, for the person who is about to take it in. */
export interface SourceDescription extends DiskLayout {
  readonly format: DiskSource['format'];
  readonly formatFoundBy: DiskSource['formatFoundBy'];
  readonly files: readonly string[];
  readonly virtualSizeBytes: number;
  readonly allocatedBytes: number;
}

/** Opens a disk, looks at it and closes it again. @throws what {@link openSource} throws */
export async function describeSource(
  path: string,
  options: OpenSourceOptions = {},
): Promise<SourceDescription> {
  await using source = await openSource(path, options);
  return await describeOpenSource(source, options.signal);
}

/** Describes a source that is open already. */
export async function describeOpenSource(
  source: DiskSource,
  signal?: AbortSignal,
): Promise<SourceDescription> {
  return {
    format: source.format,
    formatFoundBy: source.formatFoundBy,
    files: source.files,
    virtualSizeBytes: source.sizeBytes,
    allocatedBytes: source.allocatedBytes,
    ...(await describeLayout(source, signal)),
  };
}
