import { expect, test } from 'vitest';
import { timeAxis } from './time-axis.ts';

test.each([
  [240, ['0 min', '1 min', '2 min', '3 min', '4 min']],
  [24 * 3600, ['0 h', '3 h', '6 h', '9 h', '12 h', '15 h', '18 h', '21 h', '24 h']],
  [3.5 * 86_400, ['0 h', '12 h', '24 h', '36 h', '48 h', '60 h', '72 h', '84 h']],
  [366 * 86_400, ['0 d', '41 d', '82 d', '123 d', '164 d', '205 d', '246 d', '287 d', '328 d']],
])('an axis of %i s has round marks', (end, marks) => {
  const { ticks, format } = timeAxis(end);
  expect(ticks.map(format)).toEqual(marks);
});
