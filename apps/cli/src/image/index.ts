import type { Command } from 'commander';
import { type CommandGroup, registerCalled } from '../command-groups.ts';
import type { CliContext } from '../context.ts';

const groups: readonly CommandGroup[] = [
  { words: ['build'], load: async () => (await import('./build-command.ts')).registerBuildCommand },
  { words: ['import'], load: async () => (await import('./import-command.ts')).registerImportCommand },
  { words: ['pack'], load: async () => (await import('./pack-command.ts')).registerPackCommand },
  { words: ['fetch'], load: async () => (await import('./fetch-command.ts')).registerFetchCommand },
  { words: ['serve'], load: async () => (await import('./serve-command.ts')).registerServeCommand },
  { words: ['seeds'], load: async () => (await import('./seeds-command.ts')).registerSeedsCommands },
  {
    words: ['record-boot'],
    load: async () => (await import('./record-boot-command.ts')).registerRecordBootCommand,
  },
  { words: ['repack'], load: async () => (await import('./repack-command.ts')).registerRepackCommand },
  { words: ['verify'], load: async () => (await import('./verify-command.ts')).registerVerifyCommand },
  { words: ['diff'], load: async () => (await import('./diff-command.ts')).registerDiffCommand },
  { words: ['gc'], load: async () => (await import('./gc-command.ts')).registerGarbageCommand },
  {
    words: ['list', 'versions', 'publish', 'promote', 'retire'],
    load: async () => (await import('./catalogue-commands.ts')).registerCatalogueCommands,
  },
];

/** `carrel image …`. */
export async function registerImageCommands(
  program: Command,
  context: CliContext,
  words: readonly string[],
): Promise<void> {
  const image = program.command('image').description('Images: build, pack, deliver, publish');
  await registerCalled(groups, image, context, words);
}
