import { type Clock, formatBytes, formatDuration, type ProgressListener, RateMeter } from '@carrel/kit';
import type { Terminal } from './terminal.ts';

const redrawMs = 100;
/** On a pipe, how often a line is written. */
const lineMs = 5_000;

/** Shows progress: a bar that redraws on a terminal, a line now and then on a pipe. */
export function showProgress(terminal: Terminal, clock: Clock): ProgressListener & Disposable {
  const meter = new RateMeter(clock);
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastPhase = '';
  let lastLine = '';
  const listener: ProgressListener = (update) => {
    const nowMs = clock.monotonicMs();
    const isNewPhase = update.phase !== lastPhase;
    if (!isNewPhase && nowMs - lastMs < (terminal.isInteractive ? redrawMs : lineMs)) return;
    lastMs = nowMs;
    lastPhase = update.phase;
    const parts = [update.phase];
    if (update.doneBytes !== undefined) {
      const { rateBytesPerSecond, remainingMs } = meter.read(update.doneBytes, update.totalBytes);
      const total = update.totalBytes;
      if (total !== undefined && total > 0) parts.push(bar(update.doneBytes / total, terminal));
      parts.push(
        total === undefined
          ? formatBytes(update.doneBytes)
          : `${formatBytes(update.doneBytes)} of ${formatBytes(total)}`,
      );
      if (rateBytesPerSecond > 0) parts.push(`${formatBytes(rateBytesPerSecond)}/s`);
      if (remainingMs !== undefined) parts.push(`${formatDuration(remainingMs)} left`);
    }
    if (update.note !== undefined) parts.push(update.note);
    const line = parts.join('  ');
    if (terminal.isInteractive) terminal.rewrite(line.slice(0, terminal.columns - 1));
    else if (line !== lastLine) terminal.note(line);
    lastLine = line;
  };
  return Object.assign(listener, { [Symbol.dispose]: () => terminal.rewrite('') });
}

function bar(share: number, terminal: Terminal): string {
  const percent = `${Math.floor(Math.min(1, share) * 100)} %`.padStart(5);
  if (!terminal.isInteractive) return percent.trim();
  const width = 20;
  const filled = Math.round(Math.min(1, share) * width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}]${percent}`;
}
