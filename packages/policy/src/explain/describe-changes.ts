import type { AssignmentChange, FieldChange } from '@carrel/contract';
import { isRecord } from './json-tree.ts';
import { fieldOf, workspaceTabLabels } from './workspace-tabs.ts';

const valueLength = 40;
const namedInSummary = 3;

/** A value of a setting as people read it, in one line. */
export function describeValue(value: unknown): string {
  if (value === undefined) return '(nothing)';
  if (value === null) return 'none';
  if (value === '') return '""';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' || typeof value === 'number') return shortened(String(value));
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return shortened(value.length === 0 ? '(empty)' : value.join(', '));
  }
  if (isRecord(value) && typeof value['name'] === 'string') return shortened(value['name']);
  return shortened(JSON.stringify(value));
}

/** `Virtual machine: cpus 1 → 2` */
export function describeChange(change: FieldChange): string {
  return `${workspaceTabLabels[change.tab]}: ${describeField(change)}`;
}

/** The first changes in a line, and how many more there are. */
export function summarizeChanges(changes: readonly FieldChange[]): string {
  return listed(changes.map(describeChange), 'No field changed');
}

/** `granted to group Accountants; changed for user ada (settings.expiresOn none → 2027-03-31)` */
export function summarizeAssignmentChanges(changes: readonly AssignmentChange[]): string {
  return listed(changes.map(describeAssignmentChange), 'No assignment changed');
}

/** One assignment's change in a line. */
export function describeAssignmentChange({
  principal,
  principalName,
  change,
  fields,
}: AssignmentChange): string {
  const who = `${principal.kind} ${principalName}`;
  if (change === 'removed') return `taken back from ${who}`;
  if (change === 'changed') return `changed for ${who} (${fields.map(describeField).join(', ')})`;
  const isDenied = fields.some((field) => field.path === 'effect' && field.after === 'deny');
  const others = fields.filter((field) => field.path !== 'effect').map(describeField);
  const verb = isDenied ? 'denied to' : 'granted to';
  return `${verb} ${who}${others.length === 0 ? '' : ` (${others.join(', ')})`}`;
}

function describeField({ path, before, after }: FieldChange): string {
  return `${fieldOf(path)} ${describeValue(before)} → ${describeValue(after)}`;
}

function listed(lines: readonly string[], whenEmpty: string): string {
  const more = lines.length - namedInSummary;
  const named = lines.slice(0, namedInSummary);
  if (named.length === 0) return whenEmpty;
  return more > 0 ? `${named.join('; ')}; and ${more} more` : named.join('; ');
}

function shortened(text: string): string {
  return text.length > valueLength ? `${text.slice(0, valueLength - 1)}…` : text;
}
