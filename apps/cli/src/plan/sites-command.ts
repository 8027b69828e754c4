import { writeFile } from 'node:fs/promises';
import { fail, routes } from '@carrel/contract';
import { sitesToLocations, writeSheets } from '@carrel/planner';
import type { Command } from 'commander';
import { openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { findDirectory } from '../directory/index.ts';
import { printList } from '../terminal/print-list.ts';

interface SitesOptions {
  readonly output?: string;
  readonly centre?: string;
  readonly json?: true;
}

/** `carrel plan sites`. */
export function registerPlanSitesCommand(plan: Command, context: CliContext): void {
  plan
    .command('sites')
    .description('Take the sites of Active Directory for the locations of a plan')
    .argument('<directory>', 'the directory, as carrel directory list names it')
    .option('-o, --output <file>', 'write a table of locations to complete, CSV or XLSX')
    .option('--centre <site>', 'where the network comes together (default: the site with the most links)')
    .option('--json', 'print one JSON line a site, with its subnets and links')
    .addHelpText(
      'after',
      `
Sites and how they are linked the directory knows; people and bandwidths it does not. Put those into the table, then:
carrel plan add-locations plan.yaml sites.csv

Examples:
  carrel plan sites Corp
  carrel plan sites Corp -o sites.csv --centre Frankfurt`,
    )
    .action(async (name: string, { output, centre, json }: SitesOptions) => {
      await using server = await openServer(context);
      const { id } = await findDirectory(server.api, name, context.signal);
      const { items } = await server.api.call(routes.listDirectorySites, {
        params: { directoryId: id },
        signal: context.signal,
      });
      if (centre !== undefined && !items.some((site) => site.name === centre)) {
        throw fail('NOT_FOUND', { kind: 'site', id: centre });
      }
      if (output !== undefined) await writeTable(output, sitesToLocations(items, centre));
      await printList(context.terminal, items, {
        isJson: json === true,
        whenEmpty: `${name} has no sites; only Active Directory does.`,
        columns: [
          { heading: 'SITE', value: (site) => site.name },
          { heading: 'SUBNETS', value: (site) => site.subnets.join(', ') },
          { heading: 'LINKED WITH', value: (site) => site.links.map(({ to }) => to).join(', ') },
        ],
      });
      if (output !== undefined && !json) {
        context.terminal.note(
          `Wrote ${output}. Put people and bandwidths in, then: carrel plan add-locations`,
        );
      }
    });
}

async function writeTable(path: string, sheet: ReturnType<typeof sitesToLocations>): Promise<void> {
  const content = await writeSheets([sheet], /\.xlsx$/iu.test(path) ? 'xlsx' : 'csv');
  try {
    await writeFile(path, content);
  } catch (error) {
    throw fail(
      'FILE_INVALID',
      { path, reason: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
}
