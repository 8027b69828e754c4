export { type ReadInventory, readInventory } from './read-inventory.ts';
export { readSamples, type SampleFile } from './samples.ts';
