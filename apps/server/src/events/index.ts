export { appendEvents } from './append-events.ts';
export { registerEventRoutes } from './event-routes.ts';
export { expireEvents } from './expire-events.ts';
export { recordServerEvent } from './record-server-event.ts';
