import { describe, expect, test } from 'vitest';
import type { PlanDraft } from '../editing/plan-draft.ts';
import { newRow } from '../editing/plan-settings.ts';
import { faultsOfStep, firstDraft, preparedFor, steps, withoutEmptyRows } from './interview.ts';

const at = (label: string): number => steps.findIndex((step) => step.label === label);
const location = (name: string, users: unknown, to?: string): object => ({
  ...newRow('locations'),
  name,
  users,
  uplink: to === undefined ? null : { to, bandwidthMbitPerSecond: 50 },
});
const written: PlanDraft = {
  ...firstDraft,
  name: 'x',
  locations: [location('HQ', 100), location('Oslo', 20, 'HQ')],
  images: [{ ...newRow('images'), name: 'Office', sizeGb: 60, dataGb: 20 }],
};
const said = (draft: PlanDraft, label: string): readonly string[] =>
  faultsOfStep(draft, at(label)).map(({ message }) => message);

describe('a step', () => {
  test('asks for what is missing in it, and for nothing of a later one', () => {
    expect(said(firstDraft, 'Plan')).toEqual(['Fill this in.']);
    expect(said({ ...firstDraft, name: 'x' }, 'Plan')).toEqual([]);
    expect(said(written, 'Locations')).toEqual([]);
  });

  test('is held against the steps before', () => {
    const misspelt = { ...written, locations: [location('HQ', 100), location('Oslo', 20, 'H')] };
    expect(said(misspelt, 'Locations')).toEqual(['There is no location H.']);
    const draft = preparedFor(at('Workspaces'), written);
    expect(said(draft, 'Workspaces')).toEqual([]);
    const shrunk = { ...draft, locations: [location('HQ', 100), location('Oslo', 5, 'HQ')] };
    expect(said(shrunk, 'Workspaces')).toEqual([expect.stringContaining('20 people in Oslo get Office')]);
  });

  test('says which locations lead nowhere, but not of isolated ones', () => {
    const laboratory = { ...location('Laboratory', 5), isIsolated: true };
    const alone = { ...written, locations: [location('HQ', 100), location('Oslo', 20), laboratory] };
    expect(said(alone, 'Locations')).toEqual([
      expect.stringMatching(/^Say which location Oslo is linked to/u),
    ]);
  });

  test('tells a link without an end from a field that is missing', () => {
    const draft = { ...written, locations: [location('HQ', 100), location('Oslo', 20, '')] };
    expect(said(draft, 'Locations')).toEqual([expect.stringMatching(/^Name the location that the link/u)]);
  });
});

describe('rows nobody wrote in', () => {
  test('go where there are others', () => {
    const rows = [...(written.locations as object[]), newRow('locations')];
    expect(withoutEmptyRows({ ...written, locations: rows })).toEqual(written);
  });

  test('stay where nothing else is there, and a draft without any stays the same', () => {
    const draft = { ...written, locations: [newRow('locations'), newRow('locations')] };
    expect(withoutEmptyRows(draft).locations).toEqual([newRow('locations')]);
    expect(withoutEmptyRows(written)).toBe(written);
  });
});
