export { registerSettingRoutes } from './setting-routes.ts';
export { readIntervals, readLockoutLimits, readRetention, readSettings } from './settings.ts';
