export { createOfficeSwitch, type OfficeSwitch, officeStatusWhenOff } from './office-switch.ts';
