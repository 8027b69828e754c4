import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatGuid, formatSid, parseGuid, primaryGroupSid } from './identifiers.ts';

it('writes a GUID as Windows does', () => {
  // The example of MS-DTYP, 2.3.4.2, laid out by hand.
  const bytes = Buffer.from('33221100554477668899aabbccddeeff', 'hex');
  expect(formatGuid(bytes)).toBe('00112233-4455-6677-8899-aabbccddeeff');
});

it('reads every GUID it writes, and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (array) => {
      const bytes = Buffer.from(array);
      expect(parseGuid(formatGuid(bytes))).toEqual(bytes);
    }),
  );
  for (const text of ['', '*', '00112233-4455-6677-8899-aabbccddeeff)', '00112233445566778899aabbccddeeff']) {
    expect(parseGuid(text)).toBeUndefined();
  }
});

it('writes a security identifier as Windows does', () => {
  // Administrators: S-1-5-32-544.
  expect(formatSid(Buffer.from('01020000000000052000000020020000', 'hex'))).toBe('S-1-5-32-544');
});

it('finds the primary group beside the user', () => {
  const user = Buffer.from('0105000000000005150000000102030405060708090a0b0c51040000', 'hex');
  const group = Buffer.from('0105000000000005150000000102030405060708090a0b0c01020000', 'hex');
  expect(primaryGroupSid(user, 513)).toEqual(group);
});
