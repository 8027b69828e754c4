import { withValueAt } from '../../schema-fields/index.ts';
import { type DraftRow, isRecord } from './plan-draft.ts';

/** A row with a value put in; a location's link goes once neither its end nor its bandwidth is said any more. */
export function withRowValue(row: DraftRow, path: string, value: unknown): DraftRow {
  const changed = withValueAt(row, path, value);
  return path.startsWith('uplink.') && isEmpty(value) && isUnsaid(changed.uplink)
    ? { ...changed, uplink: null }
    : changed;
}

function isUnsaid(uplink: unknown): boolean {
  return !isRecord(uplink) || (isEmpty(uplink.to) && isEmpty(uplink.bandwidthMbitPerSecond));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
