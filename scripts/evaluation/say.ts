/** What the person sees of the evaluation; everything goes to standard error, so that `--json` owns standard output. */
export interface Say {
  /** A step begins. */
  step(title: string): void;
  /** The command that does it, as the person could type it. */
  command(args: readonly string[]): void;
  line(text: string): void;
}

export function createSay(): Say {
  const write = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };
  const isColoured = process.stderr.isTTY;
  const paint = (code: number, text: string): string => (isColoured ? `\x1b[${code}m${text}\x1b[0m` : text);
  let number = 0;
  return {
    step: (title) => {
      number += 1;
      write(`\n${paint(1, `${number}. ${title}`)}`);
    },
    command: (args) => write(paint(2, `   $ carrel ${args.map(quote).join(' ')}`)),
    line: (text) => write(`   ${text}`),
  };
}

function quote(argument: string): string {
  return /^[\w./:=@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
