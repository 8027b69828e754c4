export { assessConsolidation, type ConsolidationAssessment } from './assess.ts';
export type { ConsolidationFinding } from './finding.ts';
export { readInventory, readSamples } from './import/index.ts';
export type { Inventory } from './physical-server.ts';
export { consolidationSheets, sheetsToMarkdown } from './report/index.ts';
export { SampleTable } from './series/index.ts';
export { type ConsolidationSettings, consolidationSettingsSchema } from './settings.ts';
