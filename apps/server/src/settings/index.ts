export { readIntervals, readRetention } from './settings.ts';
