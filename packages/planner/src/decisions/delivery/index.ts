export { boundLoads } from './bound-loads.ts';
export {
  chooseTechniques,
  networkSeconds,
  peerSeconds,
  type TechniqueChoice,
} from './choose-techniques.ts';
export { cutOffByLink } from './cut-off.ts';
export { mediaCostOfComputer, mediaSeconds, repositoryCost } from './delivery-costs.ts';
export { type Demand, demandsOf, type Realm, realmsOf } from './demand.ts';
export { type Route, routeDemands } from './load-times.ts';
export { type ImageSizes, type Payload, payloadsOf, peerCopiesOf, sizesOf } from './payload.ts';
export { placeSites } from './place-sites.ts';
export { type LinkPressure, type Placement, type Site, siteKey } from './placement.ts';
export { loadRepositories, type RepositoryLoad } from './repositories.ts';
