import type { Design } from '../../decisions/index.ts';
import { section, table } from '../model/blocks.ts';
import type { Prose, Section } from '../model/plan-document.ts';
import { code, prose, statement, strong, words } from '../model/prose.ts';
import { documentRules, sourceOf } from '../model/sources.ts';

/** Every rule that a number of the document goes back to. */
export function rulesSection({ decisions }: Design): Section {
  const rules = new Map(decisions.map((decision) => [decision.rule.id, decision]));
  const made = [...rules.values()].map((decision): Prose[] => [
    [code(decision.rule.id)],
    [statement(decision.rule.text, sourceOf(decision))],
    [statement(decision.rule.source, sourceOf(decision))],
  ]);
  const own = Object.entries(documentRules).map(([id, { text, source }]): Prose[] => {
    const from = { ruleId: id, of: 'this document', inputs: [] };
    return [[code(id)], [statement(text, from)], [statement(source, from)]];
  });
  return section('rules', 'Rules', [table('Rules', ['Rule', 'What it says', 'From'], [...made, ...own])]);
}

const terms: readonly (readonly [string, string])[] = [
  [
    'Instance',
    'One deployment: a server, a database, repositories, consoles, and the computers that belong to it.',
  ],
  ['Workspace', 'An image and a policy, for one or more people; persistent or revertible.'],
  ['Image', 'A named virtual disk that is prepared once; its versions never change.'],
  ['Repository', 'Where packed images lie and are loaded from.'],
  ['Client', 'A computer with the agent, in use and online.'],
  ['First version, update', 'What a computer loads when it gets a workspace, and what a later version adds.'],
  ['Pre-staged', 'The first version is brought to computers by software distribution before it is needed.'],
  ['Removable media', 'The first version is carried to computers, copied there, and used at once.'],
  ['Office peers', 'Computers of one network segment that give each other the data of images.'],
  ['Offline limit', 'How long a workspace may be used since the last contact with the server.'],
  ['Travellers', 'People who count at every location they may visit, since they may all be there.'],
  ['Service level', 'What the business accepts: time for a first version, for an update, for a report.'],
  [
    'Input, assumed, profile, derived',
    'Where a number comes from: the plan, nobody yet, the product, or other numbers.',
  ],
];

/** The words of the document. */
export function glossarySection(): Section {
  const items = terms.map(([term, meaning]) => prose`${strong(term)}: ${words(meaning)}`);
  return section('glossary', 'Glossary', [{ kind: 'list', isOrdered: false, items }]);
}
