export { type BuildOptions, type BuildReceipt, buildImage } from './build-image.ts';
