import { z } from 'zod';

/** One kind of event. `{name}` in the template is a field of that name. */
export interface EventDefinition {
  readonly severity: 'information' | 'warning' | 'error';
  readonly category: 'agent' | 'image' | 'lease' | 'workspace' | 'guest' | 'server';
  readonly template: string;
  /** Shape of the fields; units are in their names. */
  readonly fields: Readonly<Record<string, z.ZodType<string | number | boolean>>>;
}

const text = z.string().max(500);
const bytes = z.int().min(0);
const seconds = z.number().min(0);
const failureFields = { code: text, message: text } as const;

/** Every event of the project by its stable code; `docs/reference/events.md` is generated from it. */
export const eventCatalogue = {
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
  'IMAGE-001': {
    severity: 'information',
    category: 'image',
    template: 'Fetching {image} version {version} began ({totalBytes} bytes).',
    fields: { image: text, version: z.int(), totalBytes: bytes },
  },
  'IMAGE-002': {
    severity: 'information',
    category: 'image',
    template:
      '{image} version {version} is complete: {downloadedBytes} bytes downloaded, {fromSeedsBytes} found on this computer.',
    fields: {
      image: text,
      version: z.int(),
      downloadedBytes: bytes,
      fromSeedsBytes: bytes,
      repositoryBytes: bytes,
      peersBytes: bytes,
      stagedBytes: bytes,
      copiesBytes: bytes,
      hostFilesBytes: bytes,
    },
  },
  'IMAGE-003': {
    severity: 'error',
    category: 'image',
    template: 'Fetching {image} failed ({code}): {message}',
    fields: { image: text, ...failureFields },
  },
  'IMAGE-004': {
    severity: 'error',
    category: 'image',
    template: 'Data of {image} from {source} was not what was packed and was refused.',
    fields: { image: text, source: text },
  },
  'IMAGE-005': {
    severity: 'information',
    category: 'image',
    template: 'Version {version} of {image} was removed from this computer.',
    fields: { image: text, version: z.int() },
  },
  'IMAGE-006': {
    severity: 'warning',
    category: 'image',
    template:
      'The office peer {peer} gave data that was not what was packed; it was refused and is not asked again.',
    fields: { peer: text },
  },
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

export type EventCode = keyof typeof eventCatalogue;
export const eventCodeSchema = z.enum(Object.keys(eventCatalogue) as [EventCode, ...EventCode[]]);

/** The fields an event of this code carries. */
export type EventFields<Code extends EventCode> = {
  readonly [Name in keyof (typeof eventCatalogue)[Code]['fields']]: z.infer<
    (typeof eventCatalogue)[Code]['fields'][Name] & z.ZodType
  >;
};

/** The sentence of an event. Fields the event lacks stay as `{name}`. */
export function renderEvent(code: EventCode, fields: Readonly<Record<string, unknown>>): string {
  return eventCatalogue[code].template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : whole;
  });
}
