export { appendAudit } from './audit-chain.ts';
export { registerAuditRoutes } from './audit-routes.ts';
export { verifyAudit } from './verify-audit.ts';
