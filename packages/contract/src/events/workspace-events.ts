import { z } from 'zod';
import { type EventDefinition, failureFields, seconds, text } from './event-definition.ts';

/** What became of workspaces on a computer. */
export const workspaceEvents = {
  'WORKSPACE-001': {
    severity: 'information',
    category: 'workspace',
    template: '{workspace} is starting.',
    fields: { workspace: text },
  },
  'WORKSPACE-002': {
    severity: 'information',
    category: 'workspace',
    template: '{workspace} is running after {bootSeconds} s.',
    fields: { workspace: text, bootSeconds: seconds },
  },
  'WORKSPACE-003': {
    severity: 'information',
    category: 'workspace',
    template: '{workspace} was stopped ({how}).',
    fields: { workspace: text, how: z.enum(['saved', 'shut-down', 'powered-off']) },
  },
  'WORKSPACE-004': {
    severity: 'error',
    category: 'workspace',
    template: '{workspace} failed ({code}): {message}',
    fields: { workspace: text, ...failureFields },
  },
  'WORKSPACE-005': {
    severity: 'information',
    category: 'workspace',
    template: '{workspace} was found running and taken over after a restart of the agent.',
    fields: { workspace: text },
  },
  'WORKSPACE-006': {
    severity: 'warning',
    category: 'workspace',
    template: 'The start of {workspace} was refused ({code}): {message}',
    fields: { workspace: text, ...failureFields },
  },
  'WORKSPACE-007': {
    severity: 'information',
    category: 'workspace',
    template: '{workspace} is ready for offline use.',
    fields: { workspace: text },
  },
  'WORKSPACE-008': {
    severity: 'information',
    category: 'workspace',
    template: '{workspace} was reset to its image.',
    fields: { workspace: text },
  },
  'WORKSPACE-009': {
    severity: 'warning',
    category: 'workspace',
    template: '{workspace} was deleted from this computer ({reason}).',
    fields: { workspace: text, reason: text },
  },
  'WORKSPACE-010': {
    severity: 'information',
    category: 'workspace',
    template: '{workspace} was locked ({reason}).',
    fields: { workspace: text, reason: z.enum(['person', 'administrator', 'suspend']) },
  },
  'WORKSPACE-011': {
    severity: 'information',
    category: 'workspace',
    template: '{workspace} was unlocked ({how}).',
    fields: { workspace: text, how: z.enum(['server', 'verifier']) },
  },
  'WORKSPACE-012': {
    severity: 'warning',
    category: 'workspace',
    template: 'Unlocking {workspace} was refused ({code}).',
    fields: { workspace: text, code: text },
  },
  'WORKSPACE-013': {
    severity: 'information',
    category: 'workspace',
    template: '{workspace} is being restarted.',
    fields: { workspace: text },
  },
  'WORKSPACE-014': {
    severity: 'warning',
    category: 'workspace',
    template: 'This computer did not pass the check of {workspace}, which starts all the same: {reason}',
    fields: { workspace: text, reason: text },
  },
  'WORKSPACE-015': {
    severity: 'information',
    category: 'workspace',
    template: 'Version {version} of {image} is there for {workspace}; deadline: {deadline}.',
    // Trusted time, ISO 8601, or `none`.
    fields: { workspace: text, image: text, version: z.int(), deadline: text },
  },
  'WORKSPACE-016': {
    severity: 'warning',
    category: 'workspace',
    template: '{workspace} has to be updated to version {version} within {remainingSeconds} s.',
    fields: { workspace: text, version: z.int(), remainingSeconds: seconds },
  },
  'WORKSPACE-017': {
    severity: 'warning',
    category: 'workspace',
    template: '{workspace} is stopped in {countdownSeconds} s to be updated to version {version} ({why}).',
    fields: {
      workspace: text,
      version: z.int(),
      countdownSeconds: seconds,
      why: z.enum(['agreed', 'due']),
    },
  },
  'WORKSPACE-018': {
    severity: 'information',
    category: 'workspace',
    template: '{workspace} is being restarted for the update to version {version} ({why}).',
    fields: { workspace: text, version: z.int(), why: z.enum(['agreed', 'due']) },
  },
  'WORKSPACE-019': {
    severity: 'information',
    category: 'workspace',
    template: '{workspace} runs version {version} now, after version {before}.',
    fields: { workspace: text, version: z.int(), before: z.int() },
  },
  'WORKSPACE-020': {
    severity: 'warning',
    category: 'workspace',
    template: 'The disk of {workspace} on version {version} was put aside, and is kept for {days} days.',
    fields: { workspace: text, version: z.int(), days: z.int().min(0) },
  },
  'WORKSPACE-021': {
    severity: 'information',
    category: 'workspace',
    template: 'The disk of {workspace} on version {version} that was put aside was removed.',
    fields: { workspace: text, version: z.int() },
  },
} as const satisfies Record<string, EventDefinition>;
