/** Where a command writes: results to `out`, everything meant for eyes only to `note`. */
export interface Terminal {
  /** A line of the result, on standard output. */
  out(line: string): void;
  /** A line for the person watching, on standard error. */
  note(line: string): void;
  /** Replaces the last line noted by `rewrite`; on a pipe nothing is written. */
  rewrite(line: string): void;
  /** Whether a person watches: standard error is a terminal. */
  readonly isInteractive: boolean;
  readonly columns: number;
}

/** Names and labels come from disks and servers: none may move the cursor or rewrite what a person has read. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, ' ');
}

/** The process's own streams. */
export function createTerminal(): Terminal {
  const isInteractive = process.stderr.isTTY;
  let isLineOpen = false;
  const closeLine = (): void => {
    if (isLineOpen) process.stderr.write('\r\x1b[2K');
    isLineOpen = false;
  };
  return {
    isInteractive,
    columns: isInteractive ? process.stderr.columns : 80,
    out: (line) => {
      closeLine();
      process.stdout.write(`${printable(line)}\n`);
    },
    note: (line) => {
      closeLine();
      process.stderr.write(`${printable(line)}\n`);
    },
    rewrite: (line) => {
      if (!isInteractive) return;
      closeLine();
      process.stderr.write(printable(line));
      isLineOpen = line !== '';
    },
  };
}
