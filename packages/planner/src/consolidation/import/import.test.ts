import { describe, expect, it } from 'vitest';
import { readSheets, type Sheet, writeSheets } from '../../sheets/index.ts';
import { SampleTable } from '../series/index.ts';
import { makeServer } from '../testing/servers.ts';
import { readInventory, readSamples } from './index.ts';

async function table(name: string, text: string): Promise<Sheet> {
  const [sheet] = await readSheets(new TextEncoder().encode(text), 'csv');
  return { name, columns: sheet?.columns ?? [], rows: sheet?.rows ?? [] };
}

const codes = (findings: readonly { code: string; place: string }[]) =>
  findings.map(({ code, place }) => `${code} ${place}`);

describe('the template', () => {
  it('reads servers with their applications, whatever case headings have', async () => {
    const { inventory, findings } = readInventory([
      await table(
        'servers',
        'NAME,Location,cores,Speed MHz,Memory  GB,Processor %,Disk read bytes/s,Dynamic disks,Spread\nA,Oslo,4,2400,16,12.5,3000000,yes,nodes\nB,,2,2000,4,,,no,',
      ),
      await table('apps', 'Server,Application,Version,Supported in a guest\na,Ledger,2,no\nA,Mail,1,'),
    ]);
    expect(findings).toEqual([]);
    expect(inventory.servers).toMatchObject([
      {
        name: 'A',
        location: 'Oslo',
        cores: 4,
        hasDynamicDisks: true,
        averages: { processorShare: 0.125, diskReadMbPerSecond: 3, memoryGb: null },
        placement: { spread: 'nodes', spreadLimit: 1 },
        applications: [
          { name: 'Ledger', version: '2', isSupported: false },
          { name: 'Mail', version: '1', isSupported: null },
        ],
      },
      { name: 'B', applications: [], hasDynamicDisks: false },
    ]);
  });

  it('says everything that is wrong at once', async () => {
    const { findings } = readInventory([
      await table(
        'Servers',
        'Name,Cores,Speed MHz,Memory GB,Colour,Dynamic disks\nA,4,fast,16,red,maybe\nB,,2000,4,,\nC,2,2000,-1,,\nd,2,2000,4,,\nD,2,2000,4,,',
      ),
      await table('Applications', 'Server,Application\nX,Mail'),
      await table('Budget', 'Year,Sum\n2026,1'),
    ]);
    expect(codes(findings)).toEqual([
      'COLUMN_UNKNOWN Servers',
      'CELL_INVALID Servers: Speed MHz, row 2',
      'CELL_INVALID Servers: Dynamic disks, row 2',
      'CELL_INVALID Servers: Cores, row 3',
      'CELL_INVALID Servers: Memory GB, row 4',
      'TABLE_UNKNOWN Budget',
      'NAME_TWICE Servers',
      'SERVER_UNKNOWN Applications',
    ]);
    expect(findings.every(({ message, remedy }) => message !== '' && remedy !== '')).toBe(true);
  });

  it('names every column that is missing', async () => {
    const { findings } = readInventory([await table('list', 'Name,Location\nA,Oslo')]);
    expect(findings.map(({ message }) => message)).toEqual([
      'list has no column Cores.',
      'list has no column Speed MHz.',
      'list has no column Memory GB.',
    ]);
  });

  it('needs servers', () => {
    expect(codes(readInventory([]).findings)).toEqual(['TABLE_MISSING Servers']);
  });
});

describe('an export of RVTools', () => {
  const tabs: Sheet[] = [
    {
      name: 'vInfo',
      columns: [
        'VM',
        'Powerstate',
        'Template',
        'CPUs',
        'Memory',
        'NICs',
        'Total disk capacity MiB',
        'Datacenter',
        'Cluster',
        'Host',
        'VM UUID',
        'Annotation',
      ],
      rows: [
        ['web', 'poweredOn', false, 2, '4,096', 1, 51_200, 'Oslo', 'c1', 'esx1', 'u1', '=x'],
        ['db', 'poweredOn', 'False', 4, 16_384, 2, 204_800, 'Oslo', 'c1', 'esx1', 'u2', null],
        ['web', 'poweredOn', false, 2, 4096, 1, 51_200, 'Bergen', 'c2', 'esx2', 'u3', null],
        ['old', 'poweredOff', false, 2, 4096, 1, 51_200, 'Oslo', 'c1', 'esx1', 'u4', null],
        ['golden', 'poweredOff', true, 2, 4096, 1, 51_200, 'Oslo', 'c1', 'esx1', 'u5', null],
        ['vCLS-1', 'poweredOn', false, 1, 128, 0, 2048, 'Oslo', 'c1', 'esx1', 'u6', null],
      ],
    },
    {
      name: 'vCPU',
      columns: ['VM', 'CPUs', 'Max', 'Overall', 'VM UUID'],
      rows: [
        ['web', 2, 5200, 260, 'u1'],
        ['db', 4, 10_400, 2080, 'u2'],
        ['web', 2, 4000, 400, 'u3'],
      ],
    },
    {
      name: 'vMemory',
      columns: ['VM', 'Size MiB', 'Consumed', 'Active', 'VM UUID'],
      rows: [
        ['web', 4096, 2048, 200, 'u1'],
        ['db', 16_384, 12_288, 900, 'u2'],
      ],
    },
    {
      name: 'vDisk',
      columns: ['VM', 'Disk', 'Capacity MiB', 'VM UUID'],
      rows: [
        ['db', 'Hard disk 1', 102_400, 'u2'],
        ['db', 'Hard disk 2', 409_600, 'u2'],
      ],
    },
    {
      name: 'vNetwork',
      columns: ['VM', 'NIC label', 'VM UUID'],
      rows: [
        ['db', 'Network adapter 1', 'u2'],
        ['db', 'Network adapter 2', 'u2'],
        ['db', 'Network adapter 3', 'u2'],
      ],
    },
    {
      name: 'vHost',
      columns: ['Host', '# CPU', 'Cores per CPU', '# Cores', 'Speed', '# NICs', 'Model'],
      rows: [
        ['esx1', 2, 8, 16, 2600, 4, 'X'],
        ['esx2', 2, 8, 16, 2000, 4, 'X'],
      ],
    },
  ];

  it('becomes an inventory of guests and their hosts', async () => {
    const sheets = await readSheets(await writeSheets(tabs, 'xlsx'), 'xlsx');
    const { inventory, findings } = readInventory(sheets);
    expect(codes(findings)).toEqual(['GUESTS_LEFT_OUT vInfo']);
    expect(inventory.servers).toMatchObject([
      { name: 'web', location: 'Oslo', cores: 2, coreMhz: 2600, isGuest: true, adapters: 1 },
      { name: 'db', adapters: 3 },
      { name: 'web (2)', location: 'Bergen', coreMhz: 2000 },
    ]);
    const [web, db, other] = inventory.servers;
    expect(web?.memoryGb).toBeCloseTo(4.294967296, 9);
    expect(web?.averages.processorShare).toBeCloseTo(0.05, 9);
    expect(web?.averages.memoryGb).toBeCloseTo(2.147483648, 9);
    expect(db?.averages.processorShare).toBeCloseTo(0.2, 9);
    expect(db?.diskGb).toBeCloseTo((512_000 * 1024 ** 2) / 1e9, 6);
    expect(other?.averages.processorShare).toBeCloseTo(0.1, 9);
    expect(inventory.hosts).toMatchObject([
      { name: 'esx1', guests: ['web', 'db'], adapters: 4 },
      { name: 'esx2', guests: ['web (2)'] },
    ]);
  });

  it('says which tabs and columns are missing', () => {
    const [info] = tabs;
    const alone = info === undefined ? [] : [{ ...info, name: 'RVTools_tabvInfo' }];
    expect(codes(readInventory(alone).findings)).toEqual([
      ...['vCPU', 'vMemory', 'vDisk', 'vNetwork', 'vHost'].map((tab) => `TABLE_MISSING ${tab}`),
      'GUESTS_LEFT_OUT vInfo',
      'NOT_MEASURED vHost: Speed',
    ]);
    const bare = readInventory([{ name: 'vInfo', columns: ['VM'], rows: [['a']] }]);
    expect(codes(bare.findings).filter((each) => each.startsWith('COLUMN'))).toEqual([
      'COLUMN_MISSING vInfo',
      'COLUMN_MISSING vInfo',
    ]);
  });
});

describe('samples', () => {
  const inventory = { servers: [makeServer('SRV1', { memoryGb: 8 }), makeServer('SRV2')], hosts: [] };
  const read = async (bytes: Uint8Array, chunkBytes = 7) => {
    const samples = new SampleTable({ intervalHours: 1, statistic: 'mean', maxDays: 31 });
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        yield await Promise.resolve(bytes.subarray(at, at + chunkBytes));
      }
    }
    const findings = await readSamples({ name: 'file', chunks: chunks() }, inventory, samples);
    return { samples, findings };
  };
  const encode = (text: string) => new TextEncoder().encode(text);
  const numbers = (samples: SampleTable, ...at: Parameters<SampleTable['values']>) =>
    samples
      .values(...at)
      ?.values()
      .toArray();

  it('reads rows of time, server, counter and value, cut anywhere', async () => {
    const { samples, findings } = await read(
      encode(`Time,Server,Counter,Value
2026-10-01T00:00:00Z,srv1,\\Processor(_Total)\\% Processor Time,10
2026-10-01T00:30:00Z,srv1,\\Processor(_Total)\\% Processor Time,30
2026-10-01T02:10:00+01:00,srv1,Processor %,50
2026-10-01 00:00,SRV1,\\Memory\\Available MBytes,1000
2026-10-01 00:00,SRV1,\\Network Interface(a)\\Bytes Total/sec,1000000
2026-10-01 00:00,SRV1,\\Network Interface(b)\\Bytes Total/sec,2000000
2026-10-01 00:00,SRV2,\\PhysicalDisk(_Total)\\Disk Read Bytes/sec,"5000000"
2026-10-01 00:00,SRV2,\\PhysicalDisk(0 C:)\\Disk Read Bytes/sec,5000000
2026-10-01 00:00,OTHER,Processor %,5
yesterday,SRV2,Processor %,5
2026-10-01 00:00,SRV2,Processor %,-1
`),
    );
    expect(numbers(samples, 'SRV1', 'processorShare')).toEqual([0.2, 0.5]);
    expect(numbers(samples, 'SRV1', 'memoryGb')?.[0]).toBeCloseTo(8 - 1.048576, 9);
    expect(numbers(samples, 'SRV1', 'networkTotalMbitPerSecond')).toEqual([24, Number.NaN]);
    expect(numbers(samples, 'SRV2', 'diskReadMbPerSecond')).toEqual([5, Number.NaN]);
    expect(codes(findings)).toEqual(['CELL_INVALID file', 'SERVER_UNKNOWN file', 'COUNTER_UNKNOWN file']);
    expect(findings[0]?.message).toContain('2 rows');
    expect(findings[0]?.message).toContain('row 11');
  });

  it('reads a log of Windows, its time zone and its empty cells', async () => {
    const log = `"(PDH-CSV 4.0) (W. Europe Standard Time)(-60)","\\\\SRV1\\Processor(_Total)\\% Processor Time","\\\\SRV1\\System\\Threads","\\\\SRV2\\Network Interface(x)\\Bytes Sent/sec"
"10/01/2026 01:30:00.123"," ","5","125000"
"10/01/2026 02:30:00.123","40","5","250000"
`;
    const utf16 = Uint8Array.from(
      Array.from(`\uFEFF${log}`).flatMap((each) => [each.charCodeAt(0), each.charCodeAt(0) >> 8]),
    );
    for (const bytes of [encode(log), utf16]) {
      const { samples, findings } = await read(bytes, 64);
      expect(new Date(samples.startMs).toISOString()).toBe('2026-10-01T00:00:00.000Z');
      expect(numbers(samples, 'SRV1', 'processorShare')).toEqual([Number.NaN, 0.4]);
      expect(numbers(samples, 'SRV2', 'networkSentMbitPerSecond')).toEqual([1, 2]);
      expect(codes(findings)).toEqual(['COUNTER_UNKNOWN file']);
    }
  });

  it('reads what typeperf prints, which tells no zone', async () => {
    const { samples } = await read(
      encode(
        `"(PDH-CSV 4.0)","\\\\SRV1\\Processor Information(_Total)\\% Processor Time"\n"10/01/2026 01:30:00.123","40"\n`,
      ),
    );
    expect(new Date(samples.startMs).toISOString()).toBe('2026-10-01T01:00:00.000Z');
    expect(numbers(samples, 'SRV1', 'processorShare')).toEqual([0.4]);
  });

  it('takes a separator from the first line', async () => {
    const { samples, findings } = await read(
      encode('sep=;\nTime;Server;Counter;Value\n2026-10-01;SRV1;Processor %;5\n'),
      99,
    );
    expect(findings).toEqual([]);
    expect(samples.sampleCount).toBe(1);
  });

  it('keeps its memory against rows that do not end and names without end', async () => {
    const endless = encode(`Time,Server,Counter,Value\n"${'x'.repeat(17 * 1024 ** 2)}`);
    await expect(read(endless, 1024 ** 2)).rejects.toMatchObject({ code: 'SHEETS_DAMAGED' });
    const adapters = Array.from(
      { length: 201 },
      (_, index) => `2026-10-01,SRV1,\\Network Interface(${index})\\Bytes Total/sec,1`,
    );
    const many = encode(`Time,Server,Counter,Value\n${adapters.join('\n')}\n`);
    await expect(read(many, 999)).rejects.toMatchObject({ code: 'SHEETS_TOO_LARGE' });
  });

  it('reads European files', async () => {
    const { samples } = await read(
      encode('Time;Server;Counter;Value\n2026-10-01 00:00;SRV1;Processor %;12,5\n'),
    );
    expect(numbers(samples, 'SRV1', 'processorShare')).toEqual([0.125]);
  });

  it('says which columns are missing', async () => {
    const { findings } = await read(encode('When,Server,Value\n1,2,3\n'));
    expect(findings.map(({ message }) => message)).toEqual([
      'file has no column Time.',
      'file has no column Counter.',
    ]);
  });

  it('refuses times that lie too far apart', async () => {
    const text = 'Time,Server,Counter,Value\n2026-01-01,SRV1,Processor %,1\n2027-01-01,SRV1,Processor %,1\n';
    await expect(read(encode(text))).rejects.toMatchObject({ code: 'CONSOLIDATION_SPAN' });
  });
});
