import { expect, test } from 'vitest';
import { valueAt, withValueAt } from './value-at.ts';

const values = { frame: { color: '#0000c0', isShown: true }, rows: [{ name: 'first' }], note: '' };

test('reads values inside objects and lists', () => {
  expect(valueAt(values, 'frame.color')).toBe('#0000c0');
  expect(valueAt(values, 'rows.0.name')).toBe('first');
  expect(valueAt(values, 'note.length.of')).toBeUndefined();
});

test('writes a copy and leaves the rest as it was', () => {
  const changed = withValueAt(values, 'frame.color', '#ffffff');
  expect(changed).toEqual({ ...values, frame: { color: '#ffffff', isShown: true } });
  expect(values.frame.color).toBe('#0000c0');
  expect(changed.rows).toBe(values.rows);
  expect(withValueAt(values, 'rows.0.name', 'second').rows).toEqual([{ name: 'second' }]);
});
