import { expect, test } from 'vitest';
import { grantLabel, grantSettings, grantWords, showGrantValue } from './grant-words.ts';

test('every setting of an assignment has words, and no words are left over', () => {
  expect(Object.keys(grantWords).toSorted()).toEqual([...grantSettings.keys()].toSorted());
  for (const node of grantSettings.values()) {
    for (const option of node.options) expect(grantWords[node.path]?.choices).toHaveProperty(option);
  }
});

test('effective values read like those assigned', () => {
  expect(grantLabel('settings.clipboard')).toBe('Clipboard');
  expect(grantLabel('fileTransfer.toHost.extensions')).toBe('Kinds of files going out');
  expect(showGrantValue('offlineLimitSeconds', 172_800)).toBe('up to 2 d');
  expect(showGrantValue('settings.offlineLimitHours', null)).toBe('without limit');
  expect(showGrantValue('validUntil', null)).toBe('never');
  expect(showGrantValue('settings.expiresOn', '2031-03-31')).toBe('31 Mar 2031');
  expect(showGrantValue('clipboard', 'both')).toBe('Both ways');
  expect(showGrantValue('fileTransfer.toHost.extensions', ['docx', 'pdf'])).toBe('docx, pdf');
  expect(showGrantValue('fileTransfer.toHost.extensions', null)).toBe('all files');
});
