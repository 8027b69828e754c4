import { rename, writeFile } from 'node:fs/promises';
import { fail, routes } from '@carrel/contract';
import {
  type ActualComparison,
  checkPlan,
  comparePlans,
  compareWithActual,
  formatPlanEdit,
  makeDesign,
  type Plan,
  replan,
} from '@carrel/planner';
import { type Command, InvalidArgumentError } from 'commander';
import { parseDocument } from 'yaml';
import { openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { formatTable } from '../terminal/table.ts';
import { editDocument } from './edit-document.ts';
import { loadPlan, readText } from './plan-file.ts';

interface ActualOptions {
  readonly days: number;
  readonly output?: string;
  readonly json?: true;
}

/** `carrel plan actual`. */
export function registerPlanActualCommand(plan: Command, context: CliContext): void {
  plan
    .command('actual')
    .description('Hold a plan against what the running instance measured, and plan anew with that')
    .argument('<plan>', 'the plan, YAML or JSON')
    .option('--days <number>', 'how far back the instance looks', parseDays, 30)
    .option('-o, --output <file>', 'write the plan with the measured values in it; its comments stay')
    .option('--json', 'print the comparison as one JSON line')
    .addHelpText(
      'after',
      `
Locations are known by tags of devices: a device belongs to the location that one of its tags names
(carrel device set NAME --tag Berlin). Values within 15 % count as the same.

Examples:
  carrel plan actual plan.yaml
  carrel plan actual plan.yaml --days 90 -o plan-2.yaml`,
    )
    .action(async (file: string, options: ActualOptions) => {
      const before = await loadPlan(file);
      const design = makeDesign(before);
      await using server = await openServer(context);
      const query = { days: options.days };
      const measurements = await server.api.call(routes.getMeasurements, { query, signal: context.signal });
      const comparison = compareWithActual(design, measurements);
      const replanned = planAnew(before, comparison);
      const changes = replanned ? comparePlans([design, makeDesign(replanned)]).decisions : [];
      if (options.json) context.terminal.out(JSON.stringify({ ...comparison, changes }));
      else for (const line of describe(comparison, changes)) context.terminal.out(line);
      if (options.output !== undefined) await writeReplanned(file, options.output, comparison);
    });
}

/** `undefined` when nothing is off, or when what was measured makes no whole plan by itself. */
function planAnew(plan: Plan, comparison: ActualComparison): Plan | undefined {
  if (comparison.assumptions.every(({ edit }) => !edit)) return undefined;
  const { plan: replanned } = replan(plan, comparison);
  const hasErrors = replanned && checkPlan(replanned).some(({ severity }) => severity === 'error');
  return hasErrors ? undefined : replanned;
}

async function writeReplanned(
  file: string,
  output: string,
  { assumptions }: ActualComparison,
): Promise<void> {
  const document = parseDocument(await readText(file));
  editDocument(
    document,
    assumptions.flatMap(({ edit }) => edit ?? []),
  );
  try {
    await writeFile(`${output}.new`, document.toString());
    await rename(`${output}.new`, output);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw fail('FILE_INVALID', { path: output, reason }, error);
  }
}

function describe(
  { assumptions, service, lines, savedShare, unmeasured }: ActualComparison,
  changes: ReturnType<typeof comparePlans>['decisions'],
): string[] {
  const off = assumptions.filter(({ verdict }) => verdict !== 'agrees');
  return [
    `${assumptions.length} values were measured; ${off.length} are not as planned.`,
    ...section(
      ['NOT AS PLANNED', 'PLANNED', 'MEASURED', 'UNIT', 'FROM', 'WRITE'],
      off.map(({ name, planned, measured, unit, basis, edit, note }) => [
        name,
        short(planned),
        short(measured),
        unit,
        basis,
        edit ? formatPlanEdit(edit) : note,
      ]),
    ),
    ...section(
      ['SERVICE LEVEL', 'WHERE', 'LOADS', 'MEDIAN H', '95 % H', 'PROMISED H', ''],
      service.map(
        ({ workspace, kind, location, loads, medianHours, p95Hours, serviceLevelHours, isKept }) => [
          `${workspace}, ${kind === 'initial' ? 'first load' : 'update'}`,
          location ?? 'everywhere',
          String(loads),
          short(medianHours),
          short(p95Hours),
          short(serviceLevelHours),
          isKept ? 'kept' : 'missed',
        ],
      ),
    ),
    ...section(
      ['LINK OF', 'MBIT/S', 'PART OF IT'],
      lines.map(({ location, meanMbitPerSecond, share }) => [
        location,
        short(meanMbitPerSecond),
        `${short(100 * share)} %`,
      ]),
    ),
    ...(savedShare === undefined ? [] : ['', `Found near by, and not loaded: ${short(100 * savedShare)} %.`]),
    ...(['locations', 'images', 'workspaces'] as const).flatMap((kind) =>
      unmeasured[kind].length === 0 ? [] : [`Nothing known of ${kind}: ${unmeasured[kind].join(', ')}`],
    ),
    ...section(
      ['DECIDED ANEW', 'ABOUT', 'BEFORE', 'NOW'],
      changes.map(({ id, subject, answers: [before, now] }) => [id, subject, before ?? '-', now ?? '-']),
    ),
  ];
}

function section(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', ...formatTable(head, rows)];
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** @throws what commander shows as a usage error */
export function parseDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 366) throw new InvalidArgumentError('expected 1 to 366');
  return days;
}
