import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '@carrel/contract/errors';
import {
  type Design,
  makeDesign,
  makeDocument,
  type RolloutResult,
  renderMarkdown,
  rolloutScenario,
  simulateRollout,
} from '@carrel/planner';
import { type Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { loadPlan } from './plan-file.ts';
import { type ReportTable, reportEndings, reportFiles, reportTables } from './report-formats.ts';

interface ReportOptions {
  readonly output?: string;
  readonly table: ReportTable;
  readonly rollouts?: true;
  readonly json?: true;
}

/** Rollouts in documents are simulated with this, so that a document can be made again. */
const seed = 1;

/** `carrel plan report`. */
export function registerPlanReportCommand(plan: Command, context: CliContext): void {
  plan
    .command('report')
    .description('Write the design of a plan: as a document, job aids for spreadsheets, or data')
    .argument('<file>', 'the plan, YAML or JSON; - is standard input')
    .option(
      '-o, --output <file>',
      `where to, ending in ${reportEndings.join(', ')} (default: Markdown on standard output)`,
    )
    .addOption(
      new Option('--table <table>', 'which table a CSV file holds').choices(reportTables).default('a-1'),
    )
    .option('--rollouts', 'also simulate the first rollout and an update, for HTML, PDF and Markdown')
    .option('--json', 'print what was written as one JSON line; without -o, the design')
    .addHelpText(
      'after',
      `
A spreadsheet holds job aids A-1 (clients) and A-2 (servers) and the bill of materials. Beside a Markdown file its
pictures go into a folder of the same name.

Examples:
  carrel plan report plan.yaml -o design.html
  carrel plan report plan.yaml -o design.pdf --rollouts
  carrel plan report plan.yaml -o servers.csv --table a-2
  carrel plan report plan.yaml -o job-aids.xlsx`,
    )
    .action(async (file: string, options: ReportOptions) => {
      const design = makeDesign(await loadPlan(file));
      const rollouts = options.rollouts ? await simulateRollouts(design, context) : [];
      if (options.output === undefined) {
        const text = options.json
          ? JSON.stringify(design)
          : renderMarkdown(makeDocument(design, { rollouts }));
        context.terminal.out(text.trimEnd());
        return;
      }
      await writeReport(design, rollouts, options.output, options, context);
    });
}

async function writeReport(
  design: Design,
  rollouts: readonly RolloutResult[],
  path: string,
  { table, json }: ReportOptions,
  { terminal, clock }: CliContext,
): Promise<void> {
  const createdAt = new Date(clock.nowMs());
  const files = await reportFiles({ design, parts: { rollouts }, path, table, createdAt });
  if (!files) {
    const reason = `${path} should end in one of ${reportEndings.join(', ')}.`;
    throw fail('USAGE', { reason, command: 'carrel plan report' });
  }
  for (const { path: each, content } of files) {
    await mkdir(dirname(each), { recursive: true });
    await writeFile(each, content);
  }
  if (json) terminal.out(JSON.stringify({ files: files.map((each) => each.path) }));
  else terminal.note(`Wrote ${path}${files.length > 1 ? ` and ${files.length - 1} pictures` : ''}.`);
}

async function simulateRollouts(design: Design, context: CliContext): Promise<RolloutResult[]> {
  using progress = showProgress(context.terminal, context.clock);
  const results: RolloutResult[] = [];
  for (const kind of ['initial', 'update'] as const) {
    const scenario = rolloutScenario(design, { kind });
    const { signal } = context;
    const onProgress = ({ run, runs }: { run: number; runs: number }): void => {
      progress({ phase: kind, note: `run ${run} of ${runs}` });
    };
    results.push(await simulateRollout(scenario, { seed, signal, onProgress }));
  }
  return results;
}
