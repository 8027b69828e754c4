import { describe, expect, it } from 'vitest';
import { assessConsolidation } from './assess.ts';
import type { Inventory } from './physical-server.ts';
import { consolidationSheets, sheetsToMarkdown } from './report/index.ts';
import { SampleTable } from './series/index.ts';
import { consolidationSettingsSchema } from './settings.ts';
import { makeServer } from './testing/servers.ts';

const hourMs = 3_600_000;

function assess(inventory: Inventory, fill: (samples: SampleTable) => void = () => undefined, settings = {}) {
  const parsed = consolidationSettingsSchema.parse({ host: 'large', ...settings });
  const samples = new SampleTable(parsed);
  fill(samples);
  return assessConsolidation(inventory, samples, parsed);
}

describe('assessConsolidation', () => {
  it('takes averages from samples where there are some, and puts the mean into hours without', () => {
    const unknown = { processorShare: null, memoryGb: null };
    const servers = ['a', 'b'].map((name) => makeServer(name, { averages: unknown }));
    const { candidacies, findings, placements } = assess({ servers, hosts: [] }, (samples) => {
      samples.add('A', 'processorShare', '', 0, 0.2);
      samples.add('A', 'processorShare', '', 2 * hourMs, 0.6);
      samples.add('A', 'memoryGb', '', 0, 3);
    });
    expect(candidacies).toMatchObject([
      { server: 'a', outcome: 'candidate' },
      { server: 'b', outcome: 'excluded', step: 'performance' },
    ]);
    expect(findings.map(({ code }) => code)).toEqual(['SAMPLES_FEW', 'SAMPLES_GAPS']);
    expect(placements[0]?.hosts[0]?.peak).toMatchObject({ processorMhz: 0.6 * 4000, memoryGb: 3 });
  });

  it('gives a guest 1 GB at least, and lets disks read and write at once', () => {
    const servers = [
      makeServer('a', { averages: { memoryGb: 0.2, diskReadMbPerSecond: 30, diskWriteMbPerSecond: 20 } }),
    ];
    const [host] = assess({ servers, hosts: [] }).placements[0]?.hosts ?? [];
    expect(host?.peak).toMatchObject({ memoryGb: 1, diskMbPerSecond: 50 });
  });

  it('lets peaks decide when they are asked for', () => {
    const servers = [makeServer('a')];
    const fill = (samples: SampleTable) => {
      samples.add('a', 'processorShare', '', 0, 0.1);
      samples.add('a', 'processorShare', '', 300_000, 0.5);
    };
    const peak = (statistic: string) =>
      assess({ servers, hosts: [] }, fill, { statistic }).placements[0]?.hosts[0]?.peak.processorMhz;
    expect(peak('mean')).toBeCloseTo(0.3 * 4000, 9);
    expect(peak('peak')).toBeCloseTo(0.5 * 4000, 9);
  });

  it('retires hosts of today only when all their guests move', () => {
    const guest = { isGuest: true };
    const servers = [
      makeServer('a', guest),
      makeServer('b', guest),
      makeServer('c', { ...guest, usbDevices: 1 }),
    ];
    const host = makeServer('esx', { adapters: 4 });
    const hosts = [
      { ...host, name: 'esx1', guests: ['a', 'b'] },
      { ...host, name: 'esx2', guests: ['c'] },
    ];
    const { savings } = assess({ servers, hosts }, undefined, { sparesPerCluster: 0 });
    expect(savings.servers).toEqual({ before: 1, after: 1, saved: 0 });
  });

  it('says what is not known rather than counting it as nothing', () => {
    const servers = [
      makeServer('a', {
        powerWatts: null,
        averages: { diskReadMbPerSecond: null, diskWriteMbPerSecond: null },
      }),
    ];
    const { savings, findings } = assess({ servers, hosts: [] });
    expect(savings).toMatchObject({ energyKilowattHoursPerYear: null, returnOnInvestment: null });
    expect(savings.missing).toEqual([
      'watts of 1 server',
      'rack units of a host',
      'watts of a host',
      'price of a host',
    ]);
    expect(findings.map(({ code }) => code)).toEqual(['NOT_MEASURED', 'SAMPLES_FEW']);
  });

  it('reports names as text, whatever is in them', () => {
    const servers = [makeServer('<b>|x|`', { location: '=1+1' })];
    const markdown = sheetsToMarkdown('Report', consolidationSheets(assess({ servers, hosts: [] })));
    expect(markdown).toContain('| \\<b\\>\\|x\\|\\` | =1+1 1 |');
    expect(markdown).not.toContain('<b>');
  });
});
