import { type EventDefinition, text } from './event-definition.ts';

/** What the agent sees of the guest. */
export const guestEvents = {
  'GUEST-001': {
    severity: 'error',
    category: 'guest',
    template: 'The guest of {workspace} ended unexpectedly: {reason}',
    fields: { workspace: text, reason: text },
  },
  'GUEST-002': {
    severity: 'warning',
    category: 'guest',
    template:
      'The name servers and suffixes of the policy cannot be set in the guest of {workspace}: {reason}',
    fields: { workspace: text, reason: text },
  },
  'GUEST-003': {
    severity: 'warning',
    category: 'guest',
    template: 'The guest of {workspace} cannot be given the time zone {zone}: {reason}',
    fields: { workspace: text, zone: text, reason: text },
  },
  'GUEST-004': {
    severity: 'warning',
    category: 'guest',
    template: 'The clock of the guest of {workspace} cannot be set: {reason}',
    fields: { workspace: text, reason: text },
  },
} as const satisfies Record<string, EventDefinition>;
