export { type Retention, readIntervals, readRetention, writeSetting } from './settings.ts';
