import { type EventDefinition, failureFields, text } from './event-definition.ts';

/** What the server went through. */
export const serverEvents = {
  'SERVER-001': {
    severity: 'information',
    category: 'server',
    template: 'The server {serverVersion} started.',
    fields: { serverVersion: text },
  },
  'DIRECTORY-001': {
    severity: 'warning',
    category: 'server',
    template: 'The directory {directory} cannot be asked ({code}): {message}',
    fields: { directory: text, ...failureFields },
  },
  'DIRECTORY-002': {
    severity: 'information',
    category: 'server',
    template: 'The directory {directory} answers again.',
    fields: { directory: text },
  },
} as const satisfies Record<string, EventDefinition>;
