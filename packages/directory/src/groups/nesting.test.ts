import type { GroupId } from '@carrel/kit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Nesting, withContainingGroups, wouldContainItself } from './nesting.ts';

const group = (name: string): GroupId => name as GroupId;
const nest = (parent: string, child: string): Nesting => ({ parent: group(parent), child: group(child) });

it('finds groups that contain a group at any depth', () => {
  const nestings = [nest('all', 'europe'), nest('europe', 'berlin'), nest('all', 'asia')];
  expect(withContainingGroups([group('berlin')], nestings).toSorted()).toEqual(['all', 'berlin', 'europe']);
});

it('ends where groups contain each other', () => {
  expect(withContainingGroups([group('a')], [nest('a', 'b'), nest('b', 'a')]).toSorted()).toEqual(['a', 'b']);
});

it('sees a group that would end up inside itself, directly or not', () => {
  const nestings = [nest('a', 'b'), nest('b', 'c')];
  expect(wouldContainItself(group('c'), [group('a')], nestings)).toBe(true);
  expect(wouldContainItself(group('a'), [group('a')], [])).toBe(true);
  expect(wouldContainItself(group('a'), [group('c')], nestings)).toBe(false);
});

it('judges the new children instead of the present ones', () => {
  const nestings = [nest('a', 'b'), nest('b', 'a')];
  expect(wouldContainItself(group('a'), [], nestings)).toBe(false);
});

it('keeps every hierarchy free of cycles when each change is asked about first', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.uniqueArray(name))), (changes) => {
      let nestings: Nesting[] = [];
      for (const [parent, children] of changes) {
        if (wouldContainItself(group(parent), children.map(group), nestings)) continue;
        const others = nestings.filter((nesting) => nesting.parent !== parent);
        nestings = [...others, ...children.map((child) => nest(parent, child))];
      }
      for (const { parent, child } of nestings) {
        expect(withContainingGroups([parent], nestings)).not.toContain(child);
      }
    }),
  );
});
