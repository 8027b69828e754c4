import { fail } from '@carrel/contract/errors';
import {
  comparePlans,
  editPlan,
  formatQuantity,
  makeDesign,
  type Plan,
  type PlanEdit,
  parsePlanEdit,
  type SensitivityPoint,
  sensitivityOf,
} from '@carrel/planner';
import { type Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../context.ts';
import { formatTable } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printComparison } from './compare-command.ts';
import { loadPlan } from './plan-file.ts';

interface WhatIfOptions {
  readonly set: readonly PlanEdit[];
  readonly vary?: PlanEdit;
  readonly json?: true;
}

/** `carrel plan what-if`. */
export function registerPlanWhatIfCommand(plan: Command, context: CliContext): void {
  plan
    .command('what-if')
    .description('Change inputs of a plan, without touching its file, and say what that changes')
    .argument('<file>', 'the plan, YAML or JSON; - is standard input')
    .option('--set <path=value>', 'a field and what it would be; may be repeated', collectEdit, [])
    .option('--vary <path=[values]>', 'a field and values to try, as a JSON list', parseVariation)
    .option('--json', 'print the comparison as one JSON line')
    .addHelpText(
      'after',
      `
A row is named by its name or location; a ] in a name is written \\].

Examples:
  carrel plan what-if plan.yaml --set 'locations[Berlin].uplink.bandwidthMbitPerSecond=50'
  carrel plan what-if plan.yaml --set 'workspaces[Payroll].offlineLimitHours=8' --set profile=medv-1.0
  carrel plan what-if plan.yaml --vary 'delivery.workingHoursShare=[0.1,0.3,0.5]'`,
    )
    .action(async (file: string, { set, vary, json }: WhatIfOptions) => {
      if (set.length === 0 && vary === undefined) {
        const reason = 'Give --set or --vary.';
        throw fail('USAGE', { reason, command: 'carrel plan what-if' });
      }
      const planned = await loadPlan(file);
      const edited = edit(planned, set);
      if (vary) {
        const points = sensitivityOf(edited, vary.path, valuesOf(vary));
        if (json) context.terminal.out(JSON.stringify(points));
        else printSensitivity(context.terminal, points);
        return;
      }
      const comparison = comparePlans([makeDesign(planned), makeDesign(edited)]);
      if (json) context.terminal.out(JSON.stringify(comparison));
      else printComparison(context.terminal, comparison, ['PLANNED', 'WHAT IF']);
    });
}

/** @throws {PLAN_INVALID} an edit does not fit the plan */
function edit(plan: Plan, edits: readonly PlanEdit[]): Plan {
  const edited = editPlan(plan, edits);
  if (edited.plan) return edited.plan;
  throw fail('PLAN_INVALID', {
    name: plan.name,
    count: edited.findings.length,
    findings: edited.findings.map(({ code, path, message, remedy }) => ({ code, path, message, remedy })),
  });
}

function printSensitivity(terminal: Terminal, points: readonly SensitivityPoint[]): void {
  const figures = points.find((point) => point.figures)?.figures ?? [];
  const headings = ['', ...points.map(({ value }) => JSON.stringify(value))];
  const rows = figures.map(({ name, unit }, at) => [
    name,
    ...points.map((point) => {
      const value = point.figures?.[at]?.value;
      return value === undefined ? '-' : formatQuantity(value, unit);
    }),
  ]);
  for (const line of formatTable(headings, rows)) terminal.out(line);
  for (const { value, findings } of points) {
    for (const { message } of findings ?? []) terminal.note(`${JSON.stringify(value)}: ${message}`);
  }
}

function collectEdit(text: string, edits: readonly PlanEdit[]): PlanEdit[] {
  return [...edits, parseEdit(text)];
}

function parseVariation(text: string): PlanEdit {
  const variation = parseEdit(text);
  if (Array.isArray(variation.value)) return variation;
  throw new InvalidArgumentError('Expected a list, such as [10,20,50].');
}

function valuesOf({ value }: PlanEdit): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function parseEdit(text: string): PlanEdit {
  const parsed = parsePlanEdit(text);
  if (parsed) return parsed;
  throw new InvalidArgumentError('Expected a field and a value, as in locations[Berlin].users=50.');
}
