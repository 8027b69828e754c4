import { rename, rm, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fail } from '@carrel/contract/errors';
import {
  assessConsolidation,
  type ConsolidationAssessment,
  type ConsolidationFinding,
  consolidationSheets,
  sheetsToMarkdown,
  writeSheets,
} from '@carrel/planner';
import { type Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { formatTable } from '../terminal/table.ts';
import { readSettings, readTables } from './consolidate-tables.ts';

interface ConsolidateOptions {
  readonly samples?: readonly string[];
  readonly host?: string;
  readonly settings?: string;
  readonly output?: string;
  readonly json?: true;
}

/** `carrel plan consolidate`. */
export function registerConsolidateCommand(plan: Command, context: CliContext): void {
  plan
    .command('consolidate')
    .description('Say which servers can become guests, on how many hosts, and what that saves')
    .argument('<inventory...>', 'CSV or XLSX: tables Servers and Applications, or an export of RVTools')
    .option(
      '--samples <file...>',
      'performance over time, CSV: Time, Server, Counter, Value, or typeperf/relog',
    )
    .addOption(
      new Option('--host <kind>', 'kind of host (default: medium)').choices(['small', 'medium', 'large']),
    )
    .option('--settings <file>', 'YAML: a host of your own, limits, spares, prices (docs/consolidation.md)')
    .option('-o, --output <file>', 'write the report: .xlsx, .md, or .csv (the placement only)')
    .option('--json', 'print the assessment as one JSON line')
    .addHelpText(
      'after',
      `
Exit code 2 when a table has errors; all of them are listed. Columns that are not known are left out with a warning.

Examples:
  carrel plan consolidate servers.csv applications.csv --samples october.csv --host large -o report.xlsx
  carrel plan consolidate RVTools_export.xlsx --settings consolidation.yaml --json`,
    )
    .action(async (inventory: string[], options: ConsolidateOptions) => {
      const write = options.output === undefined ? undefined : writerOf(options.output);
      const settings = await readSettings(options.settings, options.host);
      const tables = await readTables(inventory, options.samples ?? [], settings, context.signal);
      if (!options.json) for (const finding of tables.findings) note(context, finding);
      const errors = tables.findings.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) throw tablesInvalid(errors);
      const assessed = assessConsolidation(tables.inventory, tables.samples, settings);
      const assessment = { ...assessed, findings: [...tables.findings, ...assessed.findings] };
      await write?.(assessment);
      if (options.json) context.terminal.out(JSON.stringify(assessment));
      else {
        for (const finding of assessed.findings) note(context, finding);
        print(context, assessment, options.output);
      }
    });
}

function tablesInvalid(errors: readonly ConsolidationFinding[]): Error {
  return fail('CONSOLIDATION_TABLES_INVALID', {
    count: errors.length,
    findings: errors.map(({ code, place, message, remedy }) => ({ code, place, message, remedy })),
  });
}

/** Refuses an unknown kind of file before anything is read; writes in one step. */
function writerOf(path: string): (assessment: ConsolidationAssessment) => Promise<void> {
  const render = rendererOf(path);
  return async (assessment) => {
    const content = await render(assessment);
    try {
      await writeFile(`${path}.new`, content);
      await rename(`${path}.new`, path);
    } catch (error) {
      await rm(`${path}.new`, { force: true });
      throw error;
    }
  };
}

function rendererOf(path: string): (assessment: ConsolidationAssessment) => Promise<Uint8Array | string> {
  switch (extname(path).toLowerCase()) {
    case '.xlsx':
      return (assessment) => writeSheets(consolidationSheets(assessment), 'xlsx');
    case '.csv':
      return (assessment) =>
        writeSheets(
          consolidationSheets(assessment).filter(({ name }) => name === 'Placement'),
          'csv',
        );
    case '.md':
      return (assessment) =>
        Promise.resolve(sheetsToMarkdown('Consolidation assessment', consolidationSheets(assessment)));
    default:
      throw fail('USAGE', {
        reason: `${path} ends in none of .xlsx, .csv and .md`,
        command: 'carrel plan consolidate',
      });
  }
}

function note(context: CliContext, { severity, place, message, remedy }: ConsolidationFinding): void {
  context.terminal.note(`${severity}: ${place}: ${message} ${remedy}`);
}

function print(
  { terminal }: CliContext,
  assessment: ConsolidationAssessment,
  output: string | undefined,
): void {
  const { totals, savings, settings } = assessment;
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const hosts = assessment.placements.flatMap((placement) => placement.hosts);
  for (const line of formatTable(
    ['HOST', 'GUESTS', 'PROCESSOR', 'MEMORY', 'DISK', 'NETWORK'],
    hosts.map(({ name, guests, peakShare }) => [
      name,
      String(guests.length),
      percent(peakShare.processorMhz),
      percent(peakShare.memoryGb),
      percent(peakShare.diskMbPerSecond),
      percent(peakShare.networkMbitPerSecond),
    ]),
  )) {
    terminal.out(line);
  }
  for (const { name, why } of assessment.placements.flatMap(({ unplaced }) => unplaced)) {
    terminal.out(`${name} has no host: ${why}.`);
  }
  const excluded = totals.servers - totals.candidates;
  terminal.out(
    `${totals.candidates} of ${totals.servers} servers are candidates (${excluded} excluded); ${totals.placed} are placed on ${totals.hosts} hosts and ${totals.spareHosts} spares.`,
  );
  terminal.out(
    `The method of the book needs ${totals.bookHosts} hosts; no placement needs fewer than ${totals.leastHosts}.`,
  );
  const roi = savings.returnOnInvestment;
  terminal.out(
    roi === null
      ? `What that returns cannot be told: ${savings.missing.join(', ')} not known.`
      : `It returns ${Math.round(roi.total)} ${settings.prices.currency} in ${settings.prices.years} years.`,
  );
  terminal.out(output === undefined ? 'Reasons and savings: -o report.xlsx' : `Report: ${output}`);
}
