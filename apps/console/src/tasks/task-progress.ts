import type { Task } from '@carrel/contract';
import { formatBytes } from '@carrel/kit';
import type { Tone } from '../ui/index.ts';

export const toneOfTask: Readonly<Record<Task['state'], Tone>> = {
  running: 'info',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'neutral',
};

/** How far a task is, in percent; `undefined` while its whole is not known. */
export function taskPercent({ state, progress }: Task): number | undefined {
  if (state === 'succeeded') return 100;
  const { doneBytes, totalBytes } = progress;
  if (doneBytes === null || totalBytes === null || totalBytes === 0) return undefined;
  return Math.min(100, Math.floor((doneBytes / totalBytes) * 100));
}

/** `reading · 1.0 MiB of 4.0 MiB` */
export function taskSentence({ progress }: Task): string {
  const { phase, doneBytes, totalBytes } = progress;
  if (doneBytes === null) return phase;
  const whole = totalBytes === null ? '' : ` of ${formatBytes(totalBytes)}`;
  return `${phase} · ${formatBytes(doneBytes)}${whole}`;
}
