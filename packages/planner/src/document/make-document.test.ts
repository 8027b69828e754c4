import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Design, makeDesign } from '../decisions/index.ts';
import { parsePlan } from '../plan-file/index.ts';
import { rolloutScenario, simulateRollout } from '../simulation/index.ts';
import { makeDocument } from './make-document.ts';
import type { Block, PlanDocument, Prose, Span } from './model/plan-document.ts';
import { plainText, walkSections } from './model/prose.ts';
import { documentRules } from './model/sources.ts';

const example = join(import.meta.dirname, '../../../../examples/planning/plan.yaml');

async function exampleDesign(): Promise<Design> {
  const parsed = parsePlan(parse(await readFile(example, 'utf8')));
  if (!parsed.plan) throw new Error(JSON.stringify(parsed.findings));
  return makeDesign(parsed.plan);
}

/** Every line of the document, headings and pictures included. */
function* linesOf(document: PlanDocument): Generator<Prose> {
  yield document.title;
  yield document.subtitle;
  for (const [{ title, blocks }] of walkSections(document.sections)) {
    yield title;
    for (const block of blocks) yield* linesOfBlock(block);
  }
}

function* linesOfBlock(block: Block): Generator<Prose> {
  switch (block.kind) {
    case 'paragraph':
      yield block.text;
      break;
    case 'list':
      yield* block.items;
      break;
    case 'table':
      // Titles are our own words, and must not hold numbers either.
      for (const { title } of block.columns) yield [{ kind: 'words', text: title.replace(/^A-\d /u, '') }];
      for (const row of block.rows) yield* row;
      break;
    case 'figure':
      yield block.caption;
      yield* block.description;
      for (const shape of block.drawing.shapes) if (shape.kind === 'label') yield shape.text;
      break;
  }
}

describe('the document of the worked example', () => {
  it('is about 12,400 users at 14 locations', async () => {
    const { plan } = await exampleDesign();
    expect(plan.locations).toHaveLength(14);
    expect(plan.locations.reduce((sum, { users }) => sum + users, 0)).toBe(12_400);
  });

  it('has no number that cannot be followed to a rule', async () => {
    const design = await exampleDesign();
    const rules = new Set([...design.decisions.map(({ rule }) => rule.id), ...Object.keys(documentRules)]);
    const rollouts = [
      await simulateRollout(rolloutScenario(design, { kind: 'initial' }), { seed: 1, runs: 1 }),
      await simulateRollout(rolloutScenario(design, { kind: 'update' }), { seed: 1, runs: 1 }),
    ];
    const spans: Span[] = [...linesOf(makeDocument(design, { rollouts }))].flat();
    const untold = spans.filter((span) => span.kind === 'words' && /\d/u.test(span.text));
    expect(untold).toEqual([]);
    const numbers = spans.filter((span) => span.kind === 'number' || span.kind === 'statement');
    expect(numbers.length).toBeGreaterThan(1000);
    expect(numbers.filter(({ source }) => !rules.has(source.ruleId) || source.of === '')).toEqual([]);
  });

  it('lists every rule, decision, location and instance', async () => {
    const design = await exampleDesign();
    const document = makeDocument(design);
    const text = [...linesOf(document)].map(plainText);
    const wanted = [
      ...design.decisions.flatMap(({ answer, rule }) => [answer, rule.id, rule.text]),
      ...design.locations.map(({ name }) => name),
      ...design.instances.map(({ because }) => because),
    ];
    expect(wanted.filter((each) => !text.some((line) => line.includes(each)))).toEqual([]);
  });

  it('has sections and figures with names of their own', async () => {
    const document = makeDocument(await exampleDesign());
    const ids = [...walkSections(document.sections)].map(([{ id }]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[a-z-]+$/u.test(id))).toBe(true);
  });
});
