export { issueLeases } from './issue-leases.ts';
