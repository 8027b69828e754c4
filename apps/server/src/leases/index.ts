export { type IssuedLeases, issueLeases, type LeaseHolder } from './issue-leases.ts';
export type { Withdrawal } from './withdrawn-reasons.ts';
