import { z } from 'zod';
import { type EventDefinition, failureFields, seconds, text } from './event-definition.ts';

/** What the agent itself went through. */
export const agentEvents = {
  'AGENT-001': {
    severity: 'information',
    category: 'agent',
    template: 'The agent was enrolled with {server}.',
    fields: { server: text },
  },
  'AGENT-002': {
    severity: 'information',
    category: 'agent',
    template: 'The agent {agentVersion} started.',
    fields: { agentVersion: text },
  },
  'AGENT-003': { severity: 'information', category: 'agent', template: 'The agent stopped.', fields: {} },
  'AGENT-004': {
    severity: 'warning',
    category: 'agent',
    template: 'Contact with the server was lost: {message}',
    fields: failureFields,
  },
  'AGENT-005': {
    severity: 'information',
    category: 'agent',
    template: 'Contact with the server is back after {outageSeconds} s.',
    fields: { outageSeconds: seconds },
  },
  'AGENT-006': {
    severity: 'warning',
    category: 'agent',
    template: 'The clock of this computer was set {direction} by {stepSeconds} s.',
    fields: { direction: z.enum(['back', 'forward']), stepSeconds: seconds },
  },
  'AGENT-007': {
    severity: 'information',
    category: 'agent',
    template: 'Transfers were {state} by a person at this computer.',
    fields: { state: z.enum(['paused', 'resumed']) },
  },
  'AGENT-008': {
    severity: 'information',
    category: 'agent',
    template: '{userName} signed in at this computer ({how}).',
    fields: { userName: text, how: z.enum(['server', 'verifier']) },
  },
  'AGENT-009': {
    severity: 'warning',
    category: 'agent',
    template: 'The sign-in of {userName} at this computer was refused ({code}).',
    fields: { userName: text, code: text },
  },
  'AGENT-010': {
    severity: 'information',
    category: 'agent',
    template: 'The server asked for {kind}: {outcome} {code}',
    fields: { kind: text, outcome: z.enum(['done', 'failed']), code: text },
  },
  'AGENT-011': {
    severity: 'information',
    category: 'agent',
    template: 'The keys of this device were replaced by new ones.',
    fields: {},
  },
  'AGENT-012': {
    severity: 'warning',
    category: 'agent',
    template: 'Everything of {workspaces} workspaces was removed from this computer, keys first.',
    fields: { workspaces: z.int().min(0) },
  },
  'AGENT-013': {
    severity: 'error',
    category: 'agent',
    template:
      'What this computer keeps was changed by hand ({what}); nothing starts before the next contact.',
    fields: { what: text },
  },
} as const satisfies Record<string, EventDefinition>;
