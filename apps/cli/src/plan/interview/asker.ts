import { createInterface } from 'node:readline/promises';
import { fail } from '@carrel/contract/errors';
import type { CliContext } from '../../context.ts';

/** Somebody who answers questions. */
export interface Asker {
  /** The answer as typed, without spaces around; empty for the default. */
  ask(question: string): Promise<string>;
  note(line: string): void;
}

/**
 * The person at the terminal. Close it by `await using`. Lines that were typed or pasted ahead answer the questions to
 * come. Asking rejects with `CANCELLED` when the input ends.
 */
export function createTerminalAsker(context: CliContext): Asker & AsyncDisposable {
  const reader = createInterface({ input: process.stdin, output: process.stderr, signal: context.signal });
  const lines = reader[Symbol.asyncIterator]();
  return {
    ask: async (question) => {
      reader.setPrompt(`${question} `);
      reader.prompt();
      const line = await lines.next();
      if (line.done === true) throw fail('CANCELLED', {});
      return line.value.trim();
    },
    note: (line) => context.terminal.note(line),
    [Symbol.asyncDispose]: () => {
      reader.close();
      return Promise.resolve();
    },
  };
}

/** Asks until the answer can be understood. */
async function askUntil<T>(
  asker: Asker,
  question: string,
  understand: (answer: string) => T | undefined,
  expected: string,
): Promise<T> {
  for (;;) {
    const value = understand(await asker.ask(question));
    if (value !== undefined) return value;
    asker.note(`  Not understood: ${expected}.`);
  }
}

/** A text; `undefined` for none, when it may be left out. */
export async function askText(asker: Asker, question: string): Promise<string | undefined> {
  const answer = await asker.ask(`${question}:`);
  return answer === '' ? undefined : answer;
}

/** A number within limits. */
export function askNumber(
  asker: Asker,
  question: string,
  {
    standard,
    least,
    most = 1e9,
  }: { readonly standard: number; readonly least: number; readonly most?: number },
): Promise<number> {
  return askUntil(
    asker,
    `${question} [${standard}]:`,
    (answer) => {
      const value = answer === '' ? standard : Number(answer.replaceAll(/[ _']/gu, ''));
      return Number.isFinite(value) && value >= least && value <= most ? value : undefined;
    },
    `give a number from ${least} to ${most}`,
  );
}

export function askYes(asker: Asker, question: string, isStandard: boolean): Promise<boolean> {
  return askUntil(
    asker,
    `${question} [${isStandard ? 'Y/n' : 'y/N'}]:`,
    (answer) => {
      if (answer === '') return isStandard;
      if (/^y(es)?$/iu.test(answer)) return true;
      return /^no?$/iu.test(answer) ? false : undefined;
    },
    'answer yes or no',
  );
}

const shownChoices = 12;

/** One of some names; the first is the default. */
export function askChoice(asker: Asker, question: string, choices: readonly string[]): Promise<string> {
  const [standard = ''] = choices;
  return askUntil(
    asker,
    `${question} (${choices.slice(0, shownChoices).join(', ')}${choices.length > shownChoices ? ', …' : ''}) [${standard}]:`,
    (answer) =>
      answer === ''
        ? standard
        : choices.find((choice) => choice.toLocaleLowerCase('en') === answer.toLocaleLowerCase('en')),
    choices.length > shownChoices ? 'name one that there is' : `name one of ${choices.join(', ')}`,
  );
}
