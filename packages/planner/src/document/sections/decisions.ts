import type { Decision, Design } from '../../decisions/index.ts';
import { describeDecisionFlow, drawDecisionFlow } from '../draw/decision-flow.ts';
import { paragraph, section, table } from '../model/blocks.ts';
import type { Block, Prose, Section } from '../model/plan-document.ts';
import { code, joinProse, name, prose, quantity, statement, words } from '../model/prose.ts';
import { type Sources, sourceOf } from '../model/sources.ts';

const stepTitles = {
  1: 'Scope of the project',
  2: 'Number of instances',
  3: 'Servers',
  4: 'Image repositories',
} as const;

/** The way through the guide as a picture. */
export function flowSection(design: Design, sources: Sources): Section {
  return section('decision-flow', 'Decision flow', [
    {
      kind: 'figure',
      id: 'decision-flow',
      caption: words('The steps of the planning guide and what each came to'),
      drawing: drawDecisionFlow(design, sources),
      description: describeDecisionFlow(design, sources),
    },
  ]);
}

/** Every decision with its rule, numbers, alternatives and what would flip it. */
export function decisionsSection({ decisions }: Design): Section {
  const steps = ([1, 2, 3, 4] as const).map((step) =>
    section(
      `decisions-step-${['one', 'two', 'three', 'four'][step - 1] ?? ''}`,
      stepTitles[step],
      [],
      groupsOf(decisions.filter((decision) => decision.step === step)).map(groupSection),
    ),
  );
  return section('decisions', 'Decisions', [], steps);
}

/** Decisions of one kind by one rule, for different subjects. */
function groupsOf(decisions: readonly Decision[]): Decision[][] {
  const groups = Map.groupBy(decisions, ({ id, rule }) => JSON.stringify([id, rule.id]));
  return [...groups.values()];
}

function groupSection(group: readonly Decision[], at: number): Section {
  const [first] = group;
  const id = `${first?.id.replaceAll('.', '-') ?? ''}-${String.fromCodePoint(97 + (at % 26))}`;
  if (!first) return section(id, '', []);
  const blocks: Block[] = [
    paragraph(
      prose`Rule ${code(first.rule.id)} (${statement(first.rule.source, sourceOf(first))}): ${statement(first.rule.text, sourceOf(first))}`,
    ),
    table('Answers', ['About', 'Answer', 'Numbers'], group.map(answerRow)),
    ...alternativesTable(group),
    ...flipsTable(group),
  ];
  return section(id, [statement(first.question, sourceOf(first))], blocks);
}

function answerRow(decision: Decision): Prose[] {
  return [subject(decision), [statement(decision.answer, sourceOf(decision))], numbers(decision)];
}

function subject({ subject: about }: Decision): Prose {
  return about === '' ? words('the plan') : [name(about)];
}

function numbers(decision: Decision): Prose {
  const { ruleId } = sourceOf(decision);
  const lines = decision.numbers.map(({ name: called, value, unit, origin }) => {
    const source = { ruleId, of: `${decision.id}, ${called}`, inputs: [origin] };
    return prose`${name(called)} ${quantity(value, unit, source)} (${words(origin)})`;
  });
  return joinProse(lines, '; ');
}

function alternativesTable(group: readonly Decision[]): Block[] {
  const rows = merged(group, ({ alternatives }) => alternatives.map(({ answer, why }) => [answer, why]));
  return rows.length === 0 ? [] : [table('Alternatives', ['About', 'Instead', 'Why not'], rows)];
}

function flipsTable(group: readonly Decision[]): Block[] {
  const rows = merged(group, ({ flips }) => flips.map(({ when, then }) => [when, then]));
  return rows.length === 0 ? [] : [table('What would change it', ['About', 'When', 'Then'], rows)];
}

/** One row for what several decisions say alike. */
function merged(
  group: readonly Decision[],
  linesOf: (decision: Decision) => readonly (readonly [string, string] | readonly string[])[],
): Prose[][] {
  const said = group.flatMap((decision) => linesOf(decision).map((line) => ({ decision, line })));
  const rows = Map.groupBy(said, ({ line }) => JSON.stringify(line));
  return [...rows.values()].flatMap((alike) => {
    const [first] = alike;
    if (!first) return [];
    const subjects = new Set(alike.map(({ decision }) => decision));
    const about =
      subjects.size === group.length && group.length > 1
        ? words('all of them')
        : joinProse(
            [...subjects].map((decision) => subject(decision)),
            ', ',
          );
    return [[about, ...first.line.map((text): Prose => [statement(text, sourceOf(first.decision))])]];
  });
}
