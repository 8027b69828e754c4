import type { Design } from '../../decisions/index.ts';
import { list, paragraph, section, table } from '../model/blocks.ts';
import type { Block, Prose, Section } from '../model/plan-document.ts';
import { code, joinProse, name, prose, quantity, statement, words } from '../model/prose.ts';
import { type Sources, sourceOf } from '../model/sources.ts';

/** What was taken for true and should be measured. */
export function assumptionsSection(design: Design, sources: Sources): Section {
  return section('assumptions', 'Assumptions', [
    paragraph(words('What nobody measured. Each is worth a test before money is spent on it.')),
    ...assumedImages(design),
    assumedNumbers(design),
    limitsTable(design, sources),
  ]);
}

function assumedImages({ plan }: Design): Block[] {
  const assumed = plan.images.filter(({ origin }) => origin === 'assumed');
  if (assumed.length === 0) return [];
  return [
    list(
      assumed.map(
        (image) => prose`The sizes of image ${name(image.name)} are estimates; pack it to know them.`,
      ),
    ),
  ];
}

function assumedNumbers({ decisions }: Design): Block {
  const all = decisions.flatMap((decision) =>
    decision.numbers
      .filter(({ origin }) => origin === 'assumed')
      .map((number) => ({ number, source: sourceOf(decision), subject: decision.subject })),
  );
  const alike = Map.groupBy(all, ({ number }) => JSON.stringify([number.name, number.value, number.unit]));
  const rows = [...alike.values()].flatMap((group): Prose[][] => {
    const [first] = group;
    if (!first) return [];
    const { number, source } = first;
    const subjects = [...new Set(group.map(({ subject }) => subject))];
    const about = subjects.map((subject) => (subject === '' ? words('the plan') : [name(subject)]));
    return [
      [
        [name(number.name)],
        [quantity(number.value, number.unit, { ...source, inputs: ['assumed'] })],
        [code(source.ruleId)],
        joinProse(about, ', '),
      ],
    ];
  });
  return table('Assumed numbers', ['Number', '#Value', 'Rule', 'About'], rows);
}

function limitsTable({ profile }: Design, sources: Sources): Block {
  const rows = Object.entries(profile.limits).map(([limit, value]) => {
    const source = profile.sources[limit as keyof typeof profile.sources];
    return [
      [code(limit)],
      limitValue(limit, value, sources),
      [statement(source, sources.own('profile', limit))],
    ];
  });
  return table('Limits of the product that were used', ['Limit', '#Value', 'Where from'], rows);
}

function limitValue(limit: string, value: number | boolean | null, sources: Sources): Prose {
  if (value === null) return words('not known');
  if (typeof value === 'boolean') return words(value ? 'yes' : 'no');
  return [quantity(value, '', sources.own('profile', limit))];
}
