import { expect, test } from 'vitest';
import { peopleWords } from './people-words.ts';

test('a few people are named, many are counted', () => {
  expect(peopleWords({ count: 0, names: [] })).toBe('nobody');
  expect(peopleWords({ count: 1, names: ['ada'] })).toBe('ada');
  expect(peopleWords({ count: 2, names: ['ada', 'grace'] })).toBe('ada and grace');
  expect(peopleWords({ count: 4, names: ['a', 'b', 'c', 'd'] })).toBe('4 people');
  expect(peopleWords({ count: 1, names: [] })).toBe('1 person');
});
