import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { registerBuildCommand } from './build-command.ts';
import { registerCatalogueCommands } from './catalogue-commands.ts';
import { registerDiffCommand } from './diff-command.ts';
import { registerFetchCommand } from './fetch-command.ts';
import { registerGarbageCommand } from './gc-command.ts';
import { registerImportCommand } from './import-command.ts';
import { registerPackCommand } from './pack-command.ts';
import { registerRecordBootCommand } from './record-boot-command.ts';
import { registerRepackCommand } from './repack-command.ts';
import { registerSeedsCommands } from './seeds-command.ts';
import { registerServeCommand } from './serve-command.ts';
import { registerVerifyCommand } from './verify-command.ts';

/** `carrel image …`. */
export function registerImageCommands(program: Command, context: CliContext): void {
  const image = program.command('image').description('Images: build, pack, deliver, publish');
  registerBuildCommand(image, context);
  registerImportCommand(image, context);
  registerPackCommand(image, context);
  registerFetchCommand(image, context);
  registerServeCommand(image, context);
  registerSeedsCommands(image, context);
  registerRecordBootCommand(image, context);
  registerRepackCommand(image, context);
  registerVerifyCommand(image, context);
  registerDiffCommand(image, context);
  registerGarbageCommand(image, context);
  registerCatalogueCommands(image, context);
}
