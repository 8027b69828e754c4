import type { AssignmentSettings, Lease, SettingName, WorkspacePolicy } from '@carrel/contract';

/** A setting of MED-V, and what stands for it in Carrel. */
export interface SettingRow {
  /** As MED-V calls it. */
  readonly setting: string;
  readonly stand: Stand;
  /** What is different, or why; the setting's own description says the rest. */
  readonly note?: string;
}

export interface SettingSection {
  readonly title: string;
  readonly rows: readonly SettingRow[];
}

/** What stands for a setting. Each kind is shown in its own way by the test of the table. */
export type Stand =
  | PolicyStand
  | AssignmentStand
  /** A field of the workspace beside its policy. */
  | { readonly kind: 'workspace-field'; readonly field: 'name' | 'description' | 'imageId' | 'channel' }
  /** A command, with the option that says it where there is one. */
  | { readonly kind: 'command'; readonly command: string; readonly option?: string }
  /** An option of the agent's own program. */
  | { readonly kind: 'agent-option'; readonly option: string }
  | { readonly kind: 'instance-setting'; readonly name: SettingName }
  /** A route of the API, by its id. */
  | { readonly kind: 'route'; readonly id: string }
  | { readonly kind: 'event'; readonly code: string }
  /** Not there, on purpose; the note says why and what to do instead. */
  | { readonly kind: 'none' };

/** What Carrel makes of a setting, and what it should: pairs that have to agree, of objects in the fields named. */
export type Shown = readonly (readonly [is: unknown, expected: unknown])[];

/** A setting of the policy: with this value it reaches the agent in the lease, and there it has its effect. */
export interface PolicyStand {
  readonly kind: 'policy';
  /** `virtualMachine.persistence`. */
  readonly path: string;
  /** Another one than the default. */
  readonly value: unknown;
  /** What else the policy has to say for this value to be allowed. */
  readonly besides?: Readonly<Record<string, object>>;
  /** Shows the effect on a lease with this value, where Carrel itself and not the desktop brings it about. */
  readonly shows?: (policy: WorkspacePolicy) => Shown;
}

/** A setting of an assignment: it reaches the agent in the lease. */
export interface AssignmentStand {
  readonly kind: 'assignment';
  readonly path: string;
  readonly value: unknown;
  readonly besides?: Partial<AssignmentSettings>;
  readonly shows?: (lease: Lease) => Shown;
}

export function policy(
  path: string,
  value: unknown,
  more: Omit<PolicyStand, 'kind' | 'path' | 'value'> = {},
): PolicyStand {
  return { kind: 'policy', path, value, ...more };
}

export function assignment(
  path: string,
  value: unknown,
  more: Omit<AssignmentStand, 'kind' | 'path' | 'value'> = {},
): AssignmentStand {
  return { kind: 'assignment', path, value, ...more };
}

export function command(name: string, option?: string): Stand {
  return { kind: 'command', command: name, ...(option === undefined ? {} : { option }) };
}
