import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatReference, parseReference } from './reference.ts';
import { fuzzRuns } from './testing/fuzz-runs.ts';
import { mutated } from './testing/mutations.ts';
import { outcomeOf } from './testing/outcome.ts';

const digest = `sha256:${'0a'.repeat(32)}`;
const samples = [
  'oci:images:desktop:12',
  'oci:C:\\images:desktop:12',
  'oci:https://web.example/images/all:desktop:12',
  'https://carrel.example:7443/office/desktop:12',
  `http://[::1]:5000/desktop@${digest}`,
];

it('a reference of any text is refused with a code, or survives being written out', async () => {
  const anything = fc.oneof(
    ...samples.map((sample) => mutated(Buffer.from(sample)).map((bytes) => bytes.toString('latin1'))),
    fc.string({ maxLength: 300 }).map((text) => `oci:${text}`),
    fc.string({ maxLength: 300 }).map((text) => `https://${text}`),
  );
  // A refusal says what was typed, and a person does not type control characters.
  const typed = anything.map((text) => text.replaceAll(/\p{Cc}/gu, ''));
  const property = fc.asyncProperty(typed, async (text) => {
    const reference = await outcomeOf(() => parseReference(text), ['REFERENCE_INVALID']);
    if (reference) expect(parseReference(formatReference(reference))).toEqual(reference);
  });
  await fc.assert(property, fuzzRuns(3000));
});
