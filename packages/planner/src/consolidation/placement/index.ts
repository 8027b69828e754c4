export type { HostCapacity } from './open-host.ts';
export {
  type PlacedGuest,
  type PlacedHost,
  type Placement,
  type PlacementInput,
  type PlacementRules,
  place,
  type UnplacedGuest,
} from './place.ts';
