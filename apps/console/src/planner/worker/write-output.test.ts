import { makeDesign, planSchema, readSheets } from '@carrel/planner';
import { expect, test } from 'vitest';
import { writeOutput } from './write-output.ts';

const design = makeDesign(
  planSchema.parse({
    name: 'Small',
    locations: [{ name: 'Centre', users: 10 }],
    images: [{ name: 'Windows', sizeGb: 40, dataGb: 15 }],
    workspaces: [{ name: 'Desk', image: 'Windows', population: [{ location: 'Centre', users: 10 }] }],
  }),
);
const createdAt = new Date(0);

test('the workbook holds both job aids and the bill of materials, as the files of each do', async () => {
  const workbook = await writeOutput({ design, kind: 'job-aids.xlsx', createdAt });
  const sheets = await readSheets(workbook.bytes, 'xlsx');
  const kinds = ['client-data.csv', 'server-data.csv', 'materials.csv'] as const;
  const files = await Promise.all(
    kinds.map(async (kind) => {
      const { bytes, mediaType } = await writeOutput({ design, kind, createdAt });
      expect(mediaType).toContain('text/csv');
      return readSheets(bytes, 'csv');
    }),
  );
  const columnsOf = (each: (typeof sheets)[number] | undefined) => each?.columns;
  expect(sheets.map(columnsOf)).toEqual(files.map(([sheet]) => columnsOf(sheet)));
  expect(new Set(sheets.map(({ name }) => name)).size).toBe(3);
});
