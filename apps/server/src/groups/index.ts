export { registerGroupRoutes } from './group-routes.ts';
export { groupsOfUser } from './groups-of-user.ts';
export { provisionGroup } from './provision-group.ts';
