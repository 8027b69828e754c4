import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { profileNames, profileOf } from '../profiles/index.ts';
import { makeDesign } from './make-design.ts';
import { decisionRules } from './rules.ts';
import { behind, forEverybody, planOf } from './testing/plans.ts';

const root = join(import.meta.dirname, '../../../..');
const ids = Object.keys(decisionRules);

it('has a word for every rule in docs/planning.md, and none for others', async () => {
  const text = await readFile(join(root, 'docs/planning.md'), 'utf8');
  const named = [...text.matchAll(/^- (`[a-z-.]+`(?:, `[a-z-.]+`)*):/gmu)].flatMap(([, list = '']) =>
    [...list.matchAll(/`([^`]+)`/gu)].map(([, id]) => id),
  );
  expect(named.sort()).toEqual([...ids].sort());
});

describe.each(profileNames)('profile %s', (name) => {
  it('names for each limit a source, and only documents that are there', async () => {
    const { sources } = profileOf(name);
    for (const [limit, source] of Object.entries(sources)) {
      expect(source, limit).not.toBe('');
      const [document, heading] = /((?:docs|bench)\/[\w/-]+\.md)(?:, ([^:]+))?/u.exec(source)?.slice(1) ?? [];
      if (document === undefined) continue;
      const text = await readFile(join(root, document), 'utf8');
      if (heading !== undefined) expect(text, limit).toContain(`## ${heading}`);
    }
  });

  it('makes every decision of the catalogue', () => {
    const locations = [{ name: 'Centre', users: 6000 }, behind('Centre', 10, { name: 'Branch', users: 300 })];
    const design = makeDesign(
      planOf({
        profile: name,
        locations,
        images: [{ name: 'XP', sizeGb: 8, dataGb: 4 }],
        workspaces: [
          forEverybody(locations, { name: 'Office', image: 'XP', serviceLevels: { updateHours: 1000 } }),
        ],
      }),
    );
    expect(new Set(design.decisions.map(({ id }) => id))).toEqual(new Set(ids));
    for (const { rule, numbers, flips } of design.decisions) {
      expect(rule.text).not.toBe('');
      expect(numbers.length + flips.length).toBeGreaterThan(0);
    }
  });
});

it('takes limits that a plan sets itself, and names the plan as their source', () => {
  const locations = [{ name: 'Centre', users: 250 }];
  const plan = planOf({
    locations,
    limits: { clientsPerInstance: 100 },
    images: [{ name: 'XP', sizeGb: 8, dataGb: 4 }],
    workspaces: [forEverybody(locations, { name: 'Office', image: 'XP' })],
  });
  const design = makeDesign(plan);
  expect(design.instances.map(({ name, clients }) => [name, clients])).toEqual([
    ['main', 100],
    ['main-2', 100],
    ['main-3', 50],
  ]);
  expect(design.profile.sources.clientsPerInstance).toBe('the plan, under limits');
});

it('derives the clients of a Carrel instance from its contacts as the source of the limit says', () => {
  const { limits } = profileOf('carrel');
  const contacts = (limits.contactsPerSecond ?? 0) * limits.policyIntervalSeconds;
  expect(limits.clientsPerInstance).toBe(contacts / 2);
});
