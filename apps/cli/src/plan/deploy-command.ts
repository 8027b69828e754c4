import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { deploymentChecklist, deploymentConfiguration, makeDesign } from '@carrel/planner';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { CliContext } from '../context.ts';
import { loadPlan } from './plan-file.ts';

/** `carrel plan deploy`. */
export function registerPlanDeployCommand(plan: Command, context: CliContext): void {
  plan
    .command('deploy')
    .description('Write what it takes to make a plan true: workspaces, settings, and the commands in order')
    .argument('<file>', 'the plan, YAML or JSON; - is standard input')
    .requiredOption('-o, --output <folder>', 'a new folder, with one in it for each instance')
    .option('--json', 'print what was written as one JSON line')
    .addHelpText(
      'after',
      `
For each instance: CHECKLIST.md with the commands, and workspaces.yaml for carrel workspace apply. Nothing is changed
anywhere but in the folder.

Example:
  carrel plan deploy plan.yaml -o deployment`,
    )
    .action(async (file: string, options: { readonly output: string; readonly json?: true }) => {
      const { instances } = deploymentConfiguration(makeDesign(await loadPlan(file)));
      await makeFolder(options.output);
      const files: string[] = [];
      for (const instance of instances) {
        const folder = join(options.output, instance.folder);
        await mkdir(folder);
        await writeFile(join(folder, 'CHECKLIST.md'), deploymentChecklist(instance));
        await writeFile(join(folder, 'workspaces.yaml'), stringify(instance.workspaces));
        files.push(join(folder, 'CHECKLIST.md'), join(folder, 'workspaces.yaml'));
      }
      if (options.json) context.terminal.out(JSON.stringify({ files }));
      else context.terminal.note(`Wrote ${files.length} files; begin with ${files[0] ?? options.output}.`);
    });
}

/** @throws {USAGE} there is something of that name */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw fail(
      'USAGE',
      { reason: `The folder cannot be made: ${reason}`, command: 'carrel plan deploy' },
      error,
    );
  }
}
