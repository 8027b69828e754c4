export {
  chooseTechniques,
  networkSeconds,
  peerSeconds,
  type TechniqueChoice,
} from './choose-techniques.ts';
export { cutOffByLink } from './cut-off.ts';
export { type Demand, demandsOf, imageNames, type Realm, realmsOf } from './demand.ts';
export { type Route, routeDemands } from './load-times.ts';
export { type ImageSizes, type Payload, payloadsOf, sizesOf } from './payload.ts';
export {
  type LinkPressure,
  mediaCostOfComputer,
  mediaSeconds,
  type Placement,
  placeSites,
  repositoryCost,
  type Site,
  siteKey,
} from './place-sites.ts';
export { loadRepositories, type RepositoryLoad } from './repositories.ts';
