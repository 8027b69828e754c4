import { isAppError } from '@carrel/kit';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { type Cell, readSheets, type Sheet, writeSheets } from './index.ts';

const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
const csv = (content: string) => readSheets(strToU8(content), 'csv').then(([sheet]) => sheet);

/** Everything but what CSV cannot tell from a number, a truth value or nothing. */
const cellArbitrary = (format: 'csv' | 'xlsx'): fc.Arbitrary<Cell> =>
  fc.oneof(
    fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((value) => format === 'xlsx' || /[a-z=+@-]/i.test(value.trim()))
      .filter((value) => format === 'xlsx' || !/^\s*(?:true|false|-?[\d.e+-]+)\s*$/i.test(value)),
    fc.constantFrom(
      '=1+1',
      '+1+1',
      '-1+1',
      '@SUM(A1)',
      '\t=x',
      "'=x",
      'a\r\nb',
      'a"b',
      ' a ',
      '_x0041_',
      'constructor',
      '__proto__',
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );

const sheetArbitrary = (format: 'csv' | 'xlsx'): fc.Arbitrary<Sheet> =>
  fc.integer({ min: 1, max: 5 }).chain((width) =>
    fc.record({
      name: fc.constant('Sheet1'),
      columns: fc.constant(Array.from({ length: width }, (_, index) => `Column ${index}`)),
      rows: fc.array(
        fc
          .array(cellArbitrary(format), { minLength: width, maxLength: width })
          .filter((row) => row.some((cell) => cell !== null)),
        { maxLength: 8 },
      ),
    }),
  );

describe.each(['csv', 'xlsx'] as const)('%s', (format) => {
  it('reads what was written', async () => {
    await fc.assert(
      fc.asyncProperty(sheetArbitrary(format), async (sheet) => {
        expect(await readSheets(await writeSheets([sheet], format), format)).toEqual([sheet]);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses any bytes with a code, or reads them as a table', async () => {
    const start = format === 'xlsx' ? [...strToU8('PK\u0003\u0004')] : [];
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const outcome = await outcomeOf(readSheets(Uint8Array.from([...start, ...bytes]), format));
        expect([1, 'SHEETS_DAMAGED']).toContain(outcome);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses a workbook that any byte of was changed, or reads a table', async () => {
    const [sheet] = fc.sample(sheetArbitrary(format), { numRuns: 1, seed: 7 });
    const bytes = await writeSheets(sheet === undefined ? [] : [sheet], format);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ change;
        const outcome = await outcomeOf(readSheets(changed, format));
        expect([0, 1, 'SHEETS_DAMAGED', 'SHEETS_TOO_LARGE']).toContain(outcome);
      }),
      { numRuns: 150 },
    );
  });
});

describe('writing', () => {
  it('makes no formula of a text, and no text of a number', async () => {
    const sheet = {
      name: 'x',
      columns: ['=cmd|x', 'b'],
      rows: [
        ['=HYPERLINK("x")', -5],
        ['＝1', 0.5],
      ],
    };
    expect(text(await writeSheets([sheet], 'csv'))).toBe(
      `\uFEFF"'=cmd|x",b\r\n"'=HYPERLINK(""x"")",-5\r\n"'＝1",0.5\r\n`,
    );
  });

  it('names sheets as workbooks allow', async () => {
    const sheets = ['a/b', 'A:b', 'x'.repeat(40), ''].map((name) => ({ name, columns: ['c'], rows: [[1]] }));
    const names = (await readSheets(await writeSheets(sheets, 'xlsx'), 'xlsx')).map(({ name }) => name);
    expect(names).toEqual(['a-b', 'A-b (2)', 'x'.repeat(31), 'Sheet']);
  });

  it('holds one table in CSV', async () => {
    await expect(writeSheets([], 'csv')).rejects.toMatchObject({ code: 'SHEETS_NOT_ONE' });
  });
});

describe('reading CSV', () => {
  it.each([
    ['UTF-8 with a mark', [0xef, 0xbb, 0xbf, ...strToU8('Größe,n\nä,1')]],
    ['UTF-8', [...strToU8('Größe,n\nä,1')]],
    ['Windows-1252', Array.from('Größe,n\nä,1').map((each) => each.charCodeAt(0))],
    ['UTF-16 little-endian with a mark', [0xff, 0xfe, ...utf16('Größe\tn\nä\t1')]],
    ['UTF-16 little-endian', utf16('Größe\tn\nä\t1')],
    ['UTF-16 big-endian with a mark', [0xfe, 0xff, ...swapped(utf16('Größe;n\nä;1'))]],
  ])('takes %s', async (_name, bytes) => {
    expect(await readSheets(Uint8Array.from(bytes), 'csv')).toEqual([
      { name: 'Sheet1', columns: ['Größe', 'n'], rows: [['ä', 1]] },
    ]);
  });

  it('takes decimal commas where the comma separates nothing, and asks about 1.234 there', async () => {
    expect(
      await csv('server;load;memory;address\nA;1,5;1.234,5;10.0.0.1\nB;2;1.234;1.234.567'),
    ).toMatchObject({
      rows: [
        ['A', 1.5, 1234.5, '10.0.0.1'],
        ['B', 2, '1.234', 1234567],
      ],
    });
  });

  it('takes decimal points behind semicolons', async () => {
    expect(await csv('a;b\n1.5;1.234')).toMatchObject({ rows: [[1.5, 1.234]] });
  });

  it('asks about 1.234 where no other number shows the decimal mark', async () => {
    expect(await csv('a;b\n15;1.234')).toMatchObject({ rows: [[15, '1.234']] });
    expect(await csv('a,b\n15,1.234')).toMatchObject({ rows: [[15, 1.234]] });
  });

  it('follows a stated separator', async () => {
    expect(await csv('sep=;\r\na,b;c\r\n1;2')).toMatchObject({ columns: ['a,b', 'c'], rows: [[1, 2]] });
  });

  it('keeps text that a number would lose', async () => {
    expect(await csv('a\n007\n+1\n12345678901234567890\n1e999\n0x10')).toMatchObject({
      rows: [['007'], ['+1'], ['12345678901234567890'], ['1e999'], ['0x10']],
    });
  });

  it('refuses a quote that does not end', async () => {
    await expect(csv('a,b\n"1,2\n3,4')).rejects.toMatchObject({ code: 'SHEETS_DAMAGED' });
  });

  it('reads nothing as a table of nothing', async () => {
    expect(await csv('')).toEqual({ name: 'Sheet1', columns: [], rows: [] });
  });

  it.each([
    [{ maxFileBytes: 3 }, 'bytes'],
    [{ maxRows: 1 }, 'rows'],
    [{ maxColumns: 1 }, 'columns'],
    [{ maxCells: 3 }, 'cells'],
  ])('keeps to %j', async (limits, what) => {
    await expect(readSheets(strToU8('a,b\n1,2'), 'csv', limits)).rejects.toMatchObject({
      code: 'SHEETS_TOO_LARGE',
      details: { what },
    });
  });
});

describe('reading XLSX', () => {
  it.each([
    ['a row far away', '<row r="9999999"><c r="A9999999"><v>1</v></c></row>', 'rows'],
    [
      'a cell far away',
      '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"/></row>',
      'cells',
    ],
    ['a column too far', '<row r="1"><c r="ZZZ1"><v>1</v></c></row>', 'columns'],
  ])('refuses %s', async (_name, rows, what) => {
    await expect(readSheets(workbook(rows), 'xlsx')).rejects.toMatchObject({
      code: 'SHEETS_TOO_LARGE',
      details: { what },
    });
  });

  it.each([
    ['a place written with entities', '<row r="&#57;99999999"><c r="A1"><v>1</v></c></row>'],
    ['a number of a row that is none', '<row r="1e9"><c r="A1"><v>1</v></c></row>'],
    ['a cell without place', '<row r="1"><c><v>1</v></c></row>'],
    ['a text that is not there', '<row r="1"><c r="A1" t="s"><v>12</v></c></row>'],
  ])('refuses %s', async (_name, rows) => {
    await expect(readSheets(workbook(rows), 'xlsx')).rejects.toMatchObject({ code: 'SHEETS_DAMAGED' });
  });

  it('refuses what unpacks to far more than it is', async () => {
    const bomb = zipSync({ 'xl/workbook.xml': new Uint8Array(3 * 1024 ** 2) });
    await expect(readSheets(bomb, 'xlsx')).rejects.toMatchObject({ code: 'SHEETS_TOO_LARGE' });
    await expect(readSheets(bomb, 'xlsx', { maxUnpackedBytes: 1000 })).rejects.toMatchObject({
      details: { what: 'bytes when unpacked' },
    });
  });

  it('is not fooled by an entry that claims to be small', async () => {
    const bytes = zipSync({ 'xl/workbook.xml': new Uint8Array(3 * 1024 ** 2) });
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length - 4; at += 1) {
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 10, true);
    }
    await expect(readSheets(bytes, 'xlsx')).rejects.toMatchObject({ code: 'SHEETS_DAMAGED' });
  });

  it('refuses too many sheets', async () => {
    const sheets = ['a', 'b', 'c'].map((name) => ({ name, columns: ['c'], rows: [[1]] }));
    await expect(
      readSheets(await writeSheets(sheets, 'xlsx'), 'xlsx', { maxSheets: 2 }),
    ).rejects.toMatchObject({ details: { what: 'sheets' } });
  });

  it('says that a workbook has a password', async () => {
    await expect(readSheets(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0), 'xlsx')).rejects.toThrow(/password/);
  });
});

/** How many sheets there are, or the code of the refusal. */
function outcomeOf(reading: Promise<Sheet[]>): Promise<number | string> {
  return reading.then(
    (sheets) => sheets.length,
    (error: unknown) => {
      if (isAppError(error)) return error.code;
      throw error;
    },
  );
}

/** A workbook of one sheet with these rows. */
function workbook(rows: string): Uint8Array {
  const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  return zipSync({
    'xl/workbook.xml': strToU8(
      `<workbook xmlns:r="${relation}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      `<Relationships><Relationship Id="rId1" Type="${relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    'xl/worksheets/sheet1.xml': strToU8(`<worksheet><sheetData>${rows}</sheetData></worksheet>`),
  });
}

function utf16(content: string): number[] {
  return Array.from(content).flatMap((each) => [each.charCodeAt(0) & 0xff, each.charCodeAt(0) >> 8]);
}

function swapped(bytes: readonly number[]): number[] {
  return bytes.map((_, index) => bytes[index ^ 1] ?? 0);
}
