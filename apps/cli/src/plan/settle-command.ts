import { writeFile } from 'node:fs/promises';
import { formatPlanEdit, makeDesign, settlePlan } from '@carrel/planner';
import type { Command } from 'commander';
import { parseDocument } from 'yaml';
import type { CliContext } from '../context.ts';
import { editDocument } from './edit-document.ts';
import { loadPlan, readText } from './plan-file.ts';

interface SettleOptions {
  readonly output?: string;
  readonly json?: true;
}

/** `carrel plan settle`. */
export function registerPlanSettleCommand(plan: Command, context: CliContext): void {
  plan
    .command('settle')
    .description('Write the repositories and techniques of a design into its plan, so that they stay')
    .argument('<file>', 'the plan, YAML or JSON')
    .option('-o, --output <file>', 'write the plan with the changes, comments kept')
    .option('--json', 'print the changes as one JSON line')
    .addHelpText(
      'after',
      `
Local repositories stand already from then on, none may stand elsewhere but beside servers, and first versions come as
the design has them. The plan keeps its design, and a wider link only makes it faster.

Examples:
  carrel plan settle plan.yaml -o settled.yaml
  carrel plan settle plan.yaml --json`,
    )
    .action(async (file: string, { output, json }: SettleOptions) => {
      const edits = settlePlan(makeDesign(await loadPlan(file)));
      if (output !== undefined) {
        const document = parseDocument(await readText(file));
        editDocument(document, edits);
        await writeFile(output, document.toString({ lineWidth: 120 }));
      }
      if (json) context.terminal.out(JSON.stringify({ edits: edits.map(formatPlanEdit) }));
      else for (const edit of edits) context.terminal.out(formatPlanEdit(edit));
      if (edits.length === 0) context.terminal.note('Everything is settled already.');
      if (output !== undefined) context.terminal.note(`Wrote ${output}.`);
    });
}
