export { fillInstances, type InstanceShare } from './fill-instances.ts';
export {
  databaseBytes,
  databaseWrites,
  designBackup,
  designDatabase,
  designServer,
  placeServer,
  type ServerPlace,
} from './machines.ts';
