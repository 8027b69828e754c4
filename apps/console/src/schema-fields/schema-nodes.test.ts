import { expect, test } from 'vitest';
import { z } from 'zod';
import { newEntry, readSchema } from './schema-nodes.ts';

const schema = z.strictObject({
  frame: z
    .strictObject({
      isShown: z.boolean().default(true).describe('Whether there is one.'),
      side: z.enum(['left', 'right']).default('left'),
    })
    .prefault({}),
  minutes: z.int().min(1).max(60).nullable().default(null).describe('Minutes of quiet.'),
  attempts: z.int().default(1),
  link: z
    .strictObject({ to: z.string(), delayMs: z.number().default(20) })
    .nullable()
    .default(null),
  note: z.string().max(40).default(''),
  networks: z.array(z.union([z.cidrv4(), z.cidrv6()])).default([]),
  rows: z.array(z.strictObject({ name: z.string(), isOn: z.boolean().default(true) })).default([]),
  steps: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('restart') }),
        z.strictObject({
          kind: z.literal('command'),
          command: z.string(),
          codes: z.array(z.int()).default([0]),
          folder: z.string().nullable(),
        }),
      ]),
    )
    .default([]),
});

test('settings are found by path, in order, with what their schema says', () => {
  const { settings } = readSchema(schema);
  expect([...settings].map(([path, { kind }]) => `${path}: ${kind}`)).toEqual([
    'frame.isShown: switch',
    'frame.side: choice',
    'minutes: number',
    'attempts: number',
    'link.to: text',
    'link.delayMs: number',
    'note: text',
    'networks: texts',
    'rows: list',
    'steps: list',
  ]);
  expect(settings.get('minutes')).toMatchObject({
    description: 'Minutes of quiet.',
    minimum: 1,
    maximum: 60,
    isNullable: true,
    isWhole: true,
  });
  expect(settings.get('frame.isShown')?.description).toBe('Whether there is one.');
  expect(settings.get('frame.side')?.options).toEqual(['left', 'right']);
  expect(settings.get('note')).toMatchObject({ maximumLength: 40, isNullable: false });
});

test('a number without limits of its own has none', () => {
  expect(readSchema(schema).settings.get('attempts')).toMatchObject({
    minimum: undefined,
    maximum: undefined,
  });
});

test('entries of lists are known by their kind, and begin with what the schema gives', () => {
  const rows = readSchema(schema).entriesOf('rows').get('');
  expect(rows && newEntry(rows)).toEqual({ name: '', isOn: true });
  const steps = readSchema(schema).entriesOf('steps');
  expect([...steps.keys()]).toEqual(['restart', 'command']);
  const command = steps.get('command');
  expect(command && newEntry(command, { kind: 'command' })).toEqual({
    kind: 'command',
    command: '',
    codes: [0],
    folder: null,
  });
});
