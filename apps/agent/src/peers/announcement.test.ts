import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { announcementRecords, parseAnnouncement, serviceName } from './announcement.ts';

const id = '0123456789abcdef0123456789abcdef';
const hexDigit = fc.nat(15).map((digit) => digit.toString(16));

/** As it comes in on the wire. */
function sent(answers: readonly object[]): unknown {
  const packet = dnsPacket.encode({ type: 'response', answers: answers as dnsPacket.Answer[] });
  return dnsPacket.decode(packet);
}

describe('an announcement', () => {
  it('is read back as it was sent, and taken back', () => {
    fc.assert(
      fc.property(
        fc.array(hexDigit, { minLength: 32, maxLength: 32 }).map((digits) => digits.join('')),
        fc.integer({ min: 1024, max: 65_535 }),
        fc.array(fc.ipV4(), { minLength: 1, maxLength: 2 }),
        (name, port, addresses) => {
          const announced = { id: name, port, addresses };
          expect(parseAnnouncement(sent(announcementRecords(announced)))).toEqual({
            ...announced,
            ttlSeconds: 120,
          });
          expect(parseAnnouncement(sent(announcementRecords(announced, true)))).toMatchObject({
            ttlSeconds: 0,
          });
        },
      ),
    );
  });

  it('tells of the agent nothing but a random name, an address and a port', () => {
    const text = JSON.stringify(announcementRecords({ id, port: 47_600, addresses: ['10.0.0.1'] }));
    const words = text.replaceAll(id, '').match(/[\w.-]{3,}/g) ?? [];
    const known = [
      'name',
      'type',
      'ttl',
      'data',
      'port',
      'target',
      'PTR',
      'SRV',
      'TXT',
      'v=1',
      'local',
      '120',
    ];
    const rest = words.filter(
      (word) => ![...known, '10.0.0.1', '47600', serviceName, `.${serviceName}`, '.local'].includes(word),
    );
    expect(rest).toEqual([]);
  });

  it.each([
    ['the name of another service', { name: '_http._tcp.local' }],
    ['a name that is no random one', { id: 'annas-laptop' }],
    ['a port of the system', { port: 22 }],
  ])(
    'is none with %s',
    (_what, {
      name = serviceName,
      id: said = id,
      port = 47_600,
    }: { name?: string; id?: string; port?: number }) => {
      const [, server, ...rest] = announcementRecords({ id: said, port, addresses: ['10.0.0.1'] });
      const pointer = { name, type: 'PTR', ttl: 120, data: `${said}.${name}` };
      expect(parseAnnouncement(sent([pointer, server ?? {}, ...rest]))).toBeUndefined();
    },
  );

  it('is none in a packet with very many records', () => {
    const records = announcementRecords({
      id,
      port: 47_600,
      addresses: Array.from({ length: 100 }, () => '10.0.0.1'),
    });
    expect(parseAnnouncement(sent(records))).toBeUndefined();
  });

  it('is none in whatever else comes', () => {
    const part = fc.anything({ maxDepth: 4 });
    fc.assert(
      fc.property(
        fc.oneof(part, fc.record({ answers: fc.array(part), additionals: fc.array(part) })),
        (packet) => {
          expect(parseAnnouncement(packet)).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
  });
});
