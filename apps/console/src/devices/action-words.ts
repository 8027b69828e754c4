import type { DeviceAction } from '@carrel/contract';
import type { Tone } from '../ui/index.ts';

const labels: Readonly<Record<DeviceAction['kind'], string>> = {
  lock: 'Lock',
  stop: 'Stop',
  reset: 'Reset to the image',
  'rotate-keys': 'Replace keys',
  wipe: 'Wipe',
};

/** What an action is called. */
export function actionLabel(kind: DeviceAction['kind']): string {
  return labels[kind];
}

const states: Readonly<Record<DeviceAction['state'], { readonly label: string; readonly tone: Tone }>> = {
  queued: { label: 'waits for contact', tone: 'info' },
  delivered: { label: 'under way', tone: 'info' },
  done: { label: 'done', tone: 'good' },
  failed: { label: 'failed', tone: 'bad' },
  cancelled: { label: 'taken back', tone: 'neutral' },
  expired: { label: 'not done in time', tone: 'warn' },
};

/** How an action stands, and how that should feel. */
export function actionState(state: DeviceAction['state']): { readonly label: string; readonly tone: Tone } {
  return states[state];
}
