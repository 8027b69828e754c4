export { registerSettingRoutes } from './setting-routes.ts';
export { readIntervals, readRetention, readSettings } from './settings.ts';
