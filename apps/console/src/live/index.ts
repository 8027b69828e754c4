export { LiveMark } from './live-mark.tsx';
export { LiveProvider, useLiveMessages, useLiveState } from './live-provider.tsx';
