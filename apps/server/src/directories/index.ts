export { createDirectories, type StandingOf } from './directories.ts';
export { registerDirectoryRoutes } from './directory-routes.ts';
export type { OpenDirectories } from './open-directories.ts';
