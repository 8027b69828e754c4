import { expect, test } from 'vitest';
import { eventSentence } from './event-sentence.ts';

test('amounts are in units people read', () => {
  const fields = { image: 'desktop', version: 3, downloadedBytes: 96_023_552, fromSeedsBytes: 188_743_680 };
  expect(eventSentence({ code: 'IMAGE-002', fields })).toBe(
    'desktop version 3 is complete: 91.6 MiB downloaded, 180.0 MiB found on this computer.',
  );
  expect(
    eventSentence({ code: 'IMAGE-001', fields: { image: 'desktop', version: 3, totalBytes: 4096 } }),
  ).toBe('Fetching desktop version 3 began (4.0 KiB).');
  expect(eventSentence({ code: 'WORKSPACE-002', fields: { workspace: 'Finance', bootSeconds: 11.42 } })).toBe(
    'Finance is running after 11.4 s.',
  );
  expect(
    eventSentence({ code: 'LEASE-003', fields: { workspace: 'Finance', remainingSeconds: 86_400 } }),
  ).toBe('The permission for Finance ends in 24 h.');
});

test('what an event lacks stays visible as its name', () => {
  expect(eventSentence({ code: 'AGENT-005', fields: {} })).toBe(
    'Contact with the server is back after {outageSeconds} s.',
  );
});
