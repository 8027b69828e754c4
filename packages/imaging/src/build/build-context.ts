import type { ProgressListener } from '@carrel/kit';
import type { ToolEnvironment } from '../tools/run-tool.ts';

/** What every step of a build is given. */
export interface BuildContext extends ToolEnvironment {
  /** Private folder of this build, removed at its end. */
  readonly workFolder: string;
  /** Where downloaded packages stay between builds. */
  readonly cacheFolder: string;
  readonly onProgress: ProgressListener;
}
