import type { Sheet } from '../../sheets/index.ts';
import type { ConsolidationFinding } from '../finding.ts';
import type { Inventory } from '../physical-server.ts';
import { isRvtools, readRvtools } from './rvtools.ts';
import { readTemplate } from './template.ts';

/** The inventory of some tables, with everything that is wrong with them at once. */
export interface ReadInventory {
  readonly inventory: Inventory;
  readonly findings: readonly ConsolidationFinding[];
}

/** Reads an inventory: the template (Servers, Applications), or an export of RVTools, which has a tab vInfo. */
export function readInventory(sheets: readonly Sheet[]): ReadInventory {
  return isRvtools(sheets) ? readRvtools(sheets) : readTemplate(sheets);
}
