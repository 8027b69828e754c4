import { writeFile } from 'node:fs/promises';
import { fail, routes } from '@carrel/contract';
import { planFromInstance } from '@carrel/planner';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { parseDays } from './actual-command.ts';

interface ImportOptions {
  readonly name: string;
  readonly location?: readonly string[];
  readonly repository?: readonly string[];
  readonly days: number;
  readonly json?: true;
}

/** `carrel plan import-instance`. */
export function registerImportInstanceCommand(plan: Command, context: CliContext): void {
  plan
    .command('import-instance')
    .description('Make a plan of what the running instance has: images, workspaces, people and computers')
    .argument('[file]', 'where to keep it', 'plan.yaml')
    .option('--name <name>', 'name of the plan', 'As it is')
    .option('--location <tag...>', 'tags of devices that name locations (default: one place for all)')
    .option('--repository <tag...>', 'those of them where a repository stands, which stays')
    .option('--days <number>', 'how far back the instance looks', parseDays, 30)
    .option('--json', 'print what was made as one JSON line')
    .addHelpText(
      'after',
      `
How locations are connected no instance knows: put the links in by hand, or with carrel plan add-locations.

Examples:
  carrel plan import-instance
  carrel plan import-instance offices.yaml --location Berlin Rome --repository Berlin`,
    )
    .action(async (file: string, { name, location = [], repository = [], days, json }: ImportOptions) => {
      await using server = await openServer(context);
      const query = { days };
      const measurements = await server.api.call(routes.getMeasurements, { query, signal: context.signal });
      const tags = new Set(measurements.devices.map(({ tag }) => tag?.toLowerCase()));
      const unknown = location.find((tag) => !tags.has(tag.toLowerCase()));
      if (unknown !== undefined) throw fail('NOT_FOUND', { kind: 'tag of devices', id: unknown });
      const elsewhere = repository.find((tag) => !location.includes(tag));
      if (elsewhere !== undefined) throw fail('NOT_FOUND', { kind: 'location', id: elsewhere });
      const content = planFromInstance(measurements, { name, locations: location, repositories: repository });
      try {
        await writeFile(file, stringify(content), { flag: 'wx' });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw fail('FILE_INVALID', { path: file, reason }, error);
      }
      const { locations = [], images = [], workspaces = [] } = content;
      const counts = { locations: locations.length, images: images.length, workspaces: workspaces.length };
      if (json) context.terminal.out(JSON.stringify({ file, ...counts }));
      else {
        context.terminal.out(
          `Wrote ${file}: ${counts.locations} locations, ${counts.images} images, ${counts.workspaces} workspaces. Next: carrel plan check ${file}`,
        );
      }
    });
}
