import type { Inputs } from '../inputs/inputs.ts';
import type { WebServer } from '../measure/web-server.ts';
import type { Carrel } from '../peers/carrel.ts';
import type { Figures } from '../report/figures.ts';
import type { Stores } from './stores.ts';

/** What a scenario works with. */
export interface BenchContext {
  readonly inputs: Inputs;
  readonly figures: Figures;
  readonly web: WebServer;
  readonly stores: Stores;
  readonly carrel: Carrel;
  readonly keyFile: string;
  /** On the same disk as the inputs; emptied at the end. */
  readonly workFolder: string;
  readonly isQuick: boolean;
}
