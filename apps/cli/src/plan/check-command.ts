import { makeDesign } from '@carrel/planner';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { inspectPlanFile, type LocatedFinding, planInvalid } from './plan-file.ts';

/** `carrel plan check`. */
export function registerPlanCheckCommand(plan: Command, context: CliContext): void {
  plan
    .command('check')
    .description('Say everything that is wrong with a plan, with line, reason and remedy')
    .argument('<file>', 'the plan, YAML or JSON; - is standard input')
    .option('--json', 'print the findings as one JSON line')
    .addHelpText(
      'after',
      `
Exit code 0 when a design can be made, 2 when not; warnings do not count.

Examples:
  carrel plan check plan.yaml
  carrel plan check plan.yaml --json`,
    )
    .action(async (file: string, options: { readonly json?: true }) => {
      const inspected = await inspectPlanFile(file);
      const errors = inspected.findings.filter(({ severity }) => severity === 'error');
      if (options.json) {
        context.terminal.out(JSON.stringify({ isValid: errors.length === 0, findings: inspected.findings }));
      } else {
        for (const finding of inspected.findings) print(context, file, finding);
      }
      if (!inspected.plan || errors.length > 0) throw planInvalid(inspected.plan?.name ?? file, errors);
      if (options.json) return;
      const { instances, repositories, decisions } = makeDesign(inspected.plan);
      context.terminal.out(
        `${inspected.plan.name} is fit for a design: ${count(instances.length, 'instance', 'instances')}, ${count(repositories.length, 'repository', 'repositories')}, ${count(decisions.length, 'decision', 'decisions')}.`,
      );
    });
}

function print(context: CliContext, file: string, finding: LocatedFinding): void {
  const { line, column, severity, message, remedy, code } = finding;
  context.terminal.out(`${file}:${line}:${column}: ${severity}: ${message}`);
  context.terminal.out(`    ${remedy} [${code}]`);
}

function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}
