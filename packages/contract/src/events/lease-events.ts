import { type EventDefinition, failureFields, seconds, text } from './event-definition.ts';

/** Permissions and their ends. */
export const leaseEvents = {
  'LEASE-001': {
    severity: 'information',
    category: 'lease',
    template: 'A lease for {workspace} was received.',
    fields: { workspace: text },
  },
  'LEASE-002': {
    severity: 'error',
    category: 'lease',
    template: 'A lease was refused ({code}): {message}',
    fields: failureFields,
  },
  'LEASE-003': {
    severity: 'warning',
    category: 'lease',
    template: 'The permission for {workspace} ends in {remainingSeconds} s.',
    fields: { workspace: text, remainingSeconds: seconds },
  },
  'LEASE-004': {
    severity: 'warning',
    category: 'lease',
    template: 'The permission for {workspace} ended ({code}); it is stopped in {countdownSeconds} s.',
    // Both in trusted time, ISO 8601: when the limit was reached, and when that was seen.
    fields: { workspace: text, code: text, countdownSeconds: seconds, limitAt: text, noticedAt: text },
  },
  'LEASE-005': {
    severity: 'information',
    category: 'lease',
    template: 'The permission for {workspace} was withdrawn.',
    fields: { workspace: text },
  },
  'LEASE-006': {
    severity: 'warning',
    category: 'lease',
    template: '{workspace} is being ended, as its permission is over ({code}).',
    // Both in trusted time, ISO 8601: when it was due, and when it was done.
    fields: { workspace: text, code: text, dueAt: text, enforcedAt: text },
  },
} as const satisfies Record<string, EventDefinition>;
