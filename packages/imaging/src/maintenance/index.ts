export {
  collectLayoutGarbage,
  type LayoutGarbageOptions,
  type LayoutGarbagePlan,
  type LayoutGarbageReceipt,
  planLayoutGarbage,
} from './layout-garbage.ts';
export { type RepackOptions, type RepackReceipt, repackImage } from './repack-image.ts';
