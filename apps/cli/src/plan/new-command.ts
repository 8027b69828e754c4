import { readFile, rename, writeFile } from 'node:fs/promises';
import { fail } from '@carrel/contract/errors';
import { checkPlan, parsePlan, planTemplates } from '@carrel/planner';
import { type Command, Option } from 'commander';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { CliContext } from '../context.ts';
import { createTerminalAsker } from './interview/asker.ts';
import type { Draft } from './interview/draft.ts';
import { interview } from './interview/interview.ts';

interface NewOptions {
  readonly from?: keyof typeof planTemplates;
  readonly json?: true;
}

/** `carrel plan new`. */
export function registerPlanNewCommand(plan: Command, context: CliContext): void {
  plan
    .command('new')
    .description('Make a plan: asked for step by step, or from a template')
    .argument('[file]', 'where to keep it', 'plan.yaml')
    .addOption(
      new Option('--from <template>', 'begin with a template and ask nothing').choices(
        Object.keys(planTemplates),
      ),
    )
    .option('--json', 'print what was made as one JSON line (with --from)')
    .addHelpText(
      'after',
      `
Every answer is kept at once: end it with Ctrl-C whenever you like, and the same command goes on where you stopped.
An empty answer takes the default in brackets. What is not asked has a default: docs/reference/plan-file.md.

Examples:
  carrel plan new                              asks, and writes plan.yaml
  carrel plan new offices.yaml --from branches
  carrel plan check offices.yaml`,
    )
    .action(async (file: string, options: NewOptions) => {
      if (options.from !== undefined) await writeTemplate(context, file, options);
      else await askForPlan(context, file);
    });
}

async function writeTemplate(context: CliContext, file: string, { from, json }: NewOptions): Promise<void> {
  const content = planTemplates[from ?? 'one-site'];
  try {
    await writeFile(file, planText(content), { flag: 'wx' });
  } catch (error) {
    const reason = errorCode(error) === 'EEXIST' ? 'there is one already' : messageOf(error);
    throw fail('FILE_INVALID', { path: file, reason }, error);
  }
  if (json) context.terminal.out(JSON.stringify({ file, template: from }));
  else context.terminal.out(`Wrote ${file}. Put your own numbers in, then: carrel plan check ${file}`);
}

async function askForPlan(context: CliContext, file: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw fail('USAGE', {
      reason: 'There is nobody to ask: add --from TEMPLATE.',
      command: 'carrel plan new',
    });
  }
  const begun = await readDraft(file);
  await using asker = createTerminalAsker(context);
  if (Object.keys(begun).length > 0) context.terminal.note(`Going on with ${file}.`);
  const draft = await interview(asker, begun, (state) => replaceFile(file, planText(state)));
  const parsed = parsePlan(draft);
  const findings = parsed.plan ? checkPlan(parsed.plan) : parsed.findings;
  for (const { severity, message, remedy } of findings)
    context.terminal.note(`${severity}: ${message} ${remedy}`);
  context.terminal.out(`Wrote ${file}. Next: carrel plan check ${file}`);
}

const draftSchema = z.looseObject({});

/** What an earlier interview has left; nothing when there is no file yet. */
async function readDraft(file: string): Promise<Draft> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return '';
    throw fail('FILE_INVALID', { path: file, reason: messageOf(error) }, error);
  });
  if (text.trim() === '') return {};
  const content = draftSchema.safeParse(parseYaml(file, text));
  if (!content.success) throw fail('FILE_INVALID', { path: file, reason: 'it holds no plan' });
  // A name is asked for first, and so may be the only field that is missing yet.
  const parsed = parsePlan({ name: 'Plan', ...content.data });
  if (parsed.plan) return content.data;
  const [first] = parsed.findings;
  throw fail('FILE_INVALID', { path: file, reason: first?.message ?? 'it holds no plan' });
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw fail('FILE_INVALID', { path: file, reason: messageOf(error) }, error);
  }
}

function planText(content: object): string {
  return `# A Carrel plan. Fields and defaults: docs/reference/plan-file.md\n${stringify(content)}`;
}

/** Writes beside the file first, so that there is always a whole one. */
async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
