import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createId } from '@carrel/kit';
import { expect, test } from 'vitest';
import { availabilityError } from './driver-errors.ts';

const missing = join(tmpdir(), createId(Date.now(), crypto.getRandomValues(new Uint8Array(10))));

test('a file that is missing says nothing about the database', async () => {
  const error: unknown = await readFile(missing).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'ENOENT' });
  expect(availabilityError(error)).toBe(error);
});

test('a socket that is missing is a database that cannot be reached', async () => {
  const error = await new Promise<unknown>((resolve) => {
    createConnection(missing).on('error', resolve);
  });
  expect(error).toMatchObject({ code: 'ENOENT' });
  expect(availabilityError(error)).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
});
