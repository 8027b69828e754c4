import { fail } from '@carrel/contract/errors';
import {
  type Design,
  failingParts,
  makeDesign,
  type Outage,
  type RolloutResult,
  rolloutScenario,
  simulateEventYear,
  simulateOutage,
  simulateRollout,
} from '@carrel/planner';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { showProgress } from '../terminal/progress.ts';
import { loadPlan } from './plan-file.ts';
import { type FailingPart, parseFailingPart, parseHours, parseWeekTime } from './simulate-options.ts';
import { describeEvents, describeOutage, describeRollout } from './simulate-tables.ts';

interface SimulateOptions {
  readonly kind: 'initial' | 'update';
  readonly workspace?: readonly string[];
  readonly at: number;
  readonly seed: number;
  readonly runs: number;
  readonly outage?: FailingPart;
  readonly hours?: number;
  readonly events?: true;
  readonly json?: true;
}

/** `carrel plan simulate`. */
export function registerPlanSimulateCommand(plan: Command, context: CliContext): void {
  plan
    .command('simulate')
    .description(
      'Say when everybody is ready in a rollout, who stops working in an outage, what a year of events takes',
    )
    .argument('<file>', 'the plan, YAML or JSON; - is standard input')
    .addOption(
      new Option('--kind <kind>', 'first version of the images, or the next one')
        .choices(['initial', 'update'])
        .default('initial'),
    )
    .option('--workspace <name...>', 'only these')
    .option('--at <time>', 'when it begins, in UTC, such as "tuesday 09:00"', parseWeekTime, 8 * 3600)
    .option('--seed <number>', 'the same seed gives the same result', parseWhole, 1)
    .option('--runs <number>', 'runs with chances of their own', parseRuns, 5)
    .option(
      '--outage <part>',
      'server:NAME, database:NAME, repository:NAME or link:LOCATION',
      parseFailingPart,
    )
    .option(
      '--hours <hours>',
      'how long the outage lasts (default: the hours of recovery of the plan)',
      parseHours,
    )
    .option('--events', 'a year of events into the database')
    .option('--json', 'print the result as one JSON line; null in place of a time is never')
    .addHelpText(
      'after',
      `
Names may be left out where there is only one. Exit code 0 also when service levels are missed.

Examples:
  carrel plan simulate plan.yaml
  carrel plan simulate plan.yaml --kind update --workspace Accounting --at "friday 18:00" --runs 20
  carrel plan simulate plan.yaml --outage server --at "tuesday 09:00" --hours 6
  carrel plan simulate plan.yaml --events --json`,
    )
    .action(async (file: string, options: SimulateOptions) => {
      requireOneQuestion(options);
      const design = makeDesign(await loadPlan(file));
      const { result, lines } = await simulate(design, options, context);
      if (options.json) context.terminal.out(JSON.stringify(result));
      else for (const line of lines) context.terminal.out(line);
    });
}

async function simulate(
  design: Design,
  options: SimulateOptions,
  context: CliContext,
): Promise<{ readonly result: unknown; readonly lines: string[] }> {
  if (options.events) {
    const result = simulateEventYear(design, options);
    return { result, lines: describeEvents(result) };
  }
  if (options.outage) {
    const result = simulateOutage(design, outageOf(design, options.outage, options));
    return { result, lines: describeOutage(result) };
  }
  const result = await rollOut(design, options, context);
  return { result, lines: describeRollout(result) };
}

async function rollOut(
  design: Design,
  options: SimulateOptions,
  context: CliContext,
): Promise<RolloutResult> {
  const { kind, at, seed, runs, workspace } = options;
  const known = new Set(design.plan.workspaces.map(({ name }) => name));
  for (const id of workspace ?? []) if (!known.has(id)) throw fail('NOT_FOUND', { kind: 'workspace', id });
  const workspaces = workspace === undefined ? {} : { workspaces: workspace };
  const scenario = rolloutScenario(design, { kind, startsAtSeconds: at, ...workspaces });
  using progress = showProgress(context.terminal, context.clock);
  return await simulateRollout(scenario, {
    seed,
    runs,
    signal: context.signal,
    onProgress: ({ run, readyShare }) =>
      progress({ phase: `run ${run} of ${runs}`, note: `${Math.floor(100 * readyShare)} % ready` }),
  });
}

function outageOf(design: Design, { component, name }: FailingPart, options: SimulateOptions): Outage {
  const { names, recoveryHours } = failingParts(design)[component];
  const only = names.length === 1 ? names[0] : undefined;
  const chosen = name ?? only;
  if (chosen === undefined) {
    const reason = `There is more than one ${component}: give --outage ${component}:NAME.`;
    throw fail('USAGE', { reason, command });
  }
  return { component, name: chosen, startsAtSeconds: options.at, hours: options.hours ?? recoveryHours };
}

const command = 'carrel plan simulate';

function requireOneQuestion({ events, outage, hours }: SimulateOptions): void {
  if (events && outage) throw fail('USAGE', { reason: '--events and --outage do not go together.', command });
  if (hours !== undefined && !outage)
    throw fail('USAGE', { reason: '--hours belongs to --outage.', command });
}

function parseWhole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('Expected a whole number.');
  return value;
}

function parseRuns(text: string): number {
  const runs = parseWhole(text);
  if (runs < 1 || runs > 1000) throw new InvalidArgumentError('Expected a number from 1 to 1000.');
  return runs;
}
