export { collectGarbage } from './collect-garbage.ts';
export { registerTaskRoutes } from './task-routes.ts';
export { type NewTask, type ResumeRules, TaskRunner, type TaskWork } from './task-runner.ts';
export type { TaskServices } from './task-services.ts';
