import { describe, expect, it } from 'vitest';
import { guestLimitsSchema, guestThresholds, hostProfiles } from '../hosts/index.ts';
import { makeServer } from '../testing/servers.ts';
import { assessCandidacy, type CandidacyRules, defaultApplicationRules } from './index.ts';

const limits = guestLimitsSchema.parse({});
const rules: CandidacyRules = {
  limits,
  threshold: guestThresholds(limits, hostProfiles.large).load,
  applications: defaultApplicationRules,
};

describe('assessCandidacy', () => {
  it.each([
    ['Itanium', { architecture: 'Itanium' }, /Itanium/],
    ['memory that is used', { memoryPeakGb: 65 }, /65 GB of memory/],
    ['adapters', { adapters: 13 }, /13 network adapters/],
    ['networks', { isEthernet: false }, /not Ethernet/],
    ['serial ports', { serialPorts: 3 }, /3 serial ports/],
    ['serial devices', { serialDevices: 1 }, /serial device/],
    ['parallel devices', { parallelDevices: 1 }, /parallel device/],
    ['USB devices', { usbDevices: 1 }, /USB device/],
  ])('excludes by hardware: %s', (_name, change, reason) => {
    expect(assessCandidacy(makeServer('a', change), rules)).toEqual({
      server: 'a',
      outcome: 'excluded',
      step: 'hardware',
      reasons: [expect.stringMatching(reason)],
    });
  });

  it('asks for the use of memory, not its size, and never for cores', () => {
    const server = makeServer('a', { memoryGb: 256, memoryPeakGb: 20, cores: 64, coreMhz: 100 });
    expect(assessCandidacy(server, rules)).toMatchObject({
      outcome: 'candidate',
      remarks: ['its 64 cores become 4 virtual processors'],
    });
  });

  it.each([
    ['processor', { processorShare: 1 }, { cores: 8 }, /processor of 16000 MHz .* 9600 MHz/],
    ['memory', { memoryGb: 50.5 }, {}, /memory of 50.5 GB .* 50.4 GB/],
    ['disk reads', { diskReadMbPerSecond: 141 }, {}, /disk throughput of 141 MB\/s .* 140 MB\/s/],
    ['disk writes', { diskWriteMbPerSecond: 141 }, {}, /disk throughput of 141 MB\/s/],
    ['network', { networkSendBytesPerSecond: 630_000_001 }, {}, /network throughput/],
    ['what is not known', { processorShare: null }, {}, /nothing is known/],
  ])('excludes by averages: %s', (_name, averages, change, reason) => {
    expect(assessCandidacy(makeServer('a', { ...change, averages }), rules)).toMatchObject({
      step: 'performance',
      reasons: [expect.stringMatching(reason)],
    });
  });

  it('passes what equals a threshold', () => {
    const averages = { diskReadMbPerSecond: 140, diskWriteMbPerSecond: 140, processorShare: 0.8 };
    const server = makeServer('a', { cores: 4, coreMhz: 3000, averages });
    expect(assessCandidacy(server, rules).outcome).toBe('candidate');
  });

  it('excludes by applications that their vendors do not support, unless one says it does', () => {
    const named = (isSupported: boolean | null) =>
      makeServer('a', { applications: [{ name: 'Contoso Speech Server', version: '2', isSupported }] });
    expect(assessCandidacy(named(null), rules)).toMatchObject({ step: 'application' });
    expect(assessCandidacy(named(true), rules).outcome).toBe('candidate');
    const other = makeServer('a', { applications: [{ name: 'Ledger', version: '1', isSupported: false }] });
    expect(assessCandidacy(other, rules)).toMatchObject({
      step: 'application',
      reasons: ['the vendor of Ledger 1 does not support it in a guest'],
    });
  });

  it('stops at the first step, with all its reasons', () => {
    const server = makeServer('a', {
      parallelDevices: 1,
      usbDevices: 1,
      averages: { processorShare: null },
    });
    const candidacy = assessCandidacy(server, rules);
    expect(candidacy).toMatchObject({ step: 'hardware' });
    expect(candidacy.outcome === 'excluded' ? candidacy.reasons : []).toHaveLength(2);
  });
});
