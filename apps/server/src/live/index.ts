export { type LiveOptions, livePlugin } from './live-plugin.ts';
