import type { Command } from 'commander';
import type { CliContext } from './context.ts';

/** Adds commands to their parent. */
export type RegisterCommands = (
  parent: Command,
  context: CliContext,
  words: readonly string[],
) => void | Promise<void>;

/** Commands that are loaded together. */
export interface CommandGroup {
  /** The commands as they are typed. */
  readonly words: readonly string[];
  readonly load: () => Promise<RegisterCommands>;
}

/**
 * Registers the commands that the words lead to; all of them where they lead to none, which is then explained. Loading
 * code is most of what a short command takes.
 *
 * @param words what was typed behind the parent
 */
export async function registerCalled(
  groups: readonly CommandGroup[],
  parent: Command,
  context: CliContext,
  words: readonly string[],
): Promise<void> {
  const [word, ...rest] = words;
  const called = groups.filter((group) => word !== undefined && group.words.includes(word));
  for (const { load } of called.length > 0 ? called : groups) {
    const register = await load();
    await register(parent, context, called.length > 0 ? rest : []);
  }
}
