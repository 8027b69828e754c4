export type { FramePeer, PeerCircle, PeerPack } from './frame-peer.ts';
export { FrameStore, type FrameStoreOptions, type SealedFrame } from './frame-store.ts';
export { type SharedCounters, type SharedImage, type ShareImageOptions, shareImage } from './shared-image.ts';
