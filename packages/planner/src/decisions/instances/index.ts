export { fillInstances, type InstanceShare } from './fill-instances.ts';
export {
  designBackup,
  designDatabase,
  designServer,
  placeServer,
  type ServerPlace,
} from './machines.ts';
