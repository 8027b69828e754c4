import { createManualClock } from '@carrel/kit';
import { describe, expect, it } from 'vitest';
import { buildProgram } from './program.ts';

const silent = (): undefined => undefined;
const context = {
  terminal: { out: silent, note: silent, rewrite: silent, isInteractive: false, columns: 100 },
  clock: createManualClock(),
  isJson: false,
  env: {},
  signal: new AbortController().signal,
};

/** The commands below some words, as they are typed. */
async function commandsBelow(words: readonly string[], called: readonly string[]): Promise<string[]> {
  const program = await buildProgram(context, called);
  const parent = words.reduce(
    (command, word) => command.commands.find((other) => other.name() === word) ?? command,
    program,
  );
  return parent.commands.map((command) => command.name());
}

describe.each([[[]], [['image']]])('commands below %j', (words) => {
  it('are all loaded when no word leads to one, and each is found by its own word', async () => {
    const all = await commandsBelow(words, words);
    expect(all.length).toBeGreaterThan(10);
    expect(await commandsBelow(words, [...words, 'no such command'])).toEqual(all);
    for (const name of all) {
      const called = await commandsBelow(words, [...words, name]);
      expect(called).toContain(name);
      expect(called.length).toBeLessThan(all.length);
    }
  });
});
