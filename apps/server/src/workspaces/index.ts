export { deleteAssignmentsOf } from './assignments.ts';
export { registerWorkspaceRoutes } from './workspace-routes.ts';
export { workspaceOf } from './workspace-rows.ts';
