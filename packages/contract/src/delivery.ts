// What delivering images needs, without the rest: loading all of the contract takes as long as a short command does.
export { type MachineDescription, machineDescriptionSchema } from './resources/machine.ts';
export { digestSchema, keyIdSchema, keySchema, userNameSchema } from './resources/primitives.ts';
export {
  type LocalTime,
  parseTransferRate,
  type TransferRate,
  type TransferSpeed,
  transferSpeedAt,
} from './resources/transfer-rate.ts';
