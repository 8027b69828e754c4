import { createId } from '@carrel/kit';
import { expect, test } from 'vitest';
import { scopeSentence } from './scope-sentence.ts';

const [finance, sales] = [1, 2].map((at) => createId(at, new Uint8Array(10)));
const nameOf = (id: string): string | undefined => (id === finance ? 'Finance' : undefined);
const over = (...ids: (string | undefined)[]) =>
  scopeSentence({ kind: 'workspaces', workspaceIds: ids.map((id) => id as never) }, nameOf);

test('few workspaces are named, others are counted', () => {
  expect(scopeSentence({ kind: 'all' }, nameOf)).toBe('everything');
  expect(over(finance)).toBe('Finance');
  expect(over(finance, sales)).toBe('2 workspaces');
  expect(over(sales)).toBe('1 workspace');
  expect(over()).toBe('nothing: its workspaces are gone');
});
