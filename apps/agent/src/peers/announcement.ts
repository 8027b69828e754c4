import { z } from 'zod';

/** What an agent says of itself on its segment. */
export interface Announcement {
  /** 32 hex digits, random at each start. */
  readonly id: string;
  readonly port: number;
  /** Addresses it names; those of other segments are of no use. */
  readonly addresses: readonly string[];
  /** How long it is good for; 0 takes it back. */
  readonly ttlSeconds: number;
}

export const serviceName = '_carrel-frames._tcp.local';
const ttlSeconds = 120;
// A packet of one agent has four records; more than a few agents never answer in one.
const maxRecords = 64;

const record = z.object({
  name: z.string().max(255),
  type: z.string(),
  ttl: z.number().optional(),
  data: z.unknown(),
});
const packetSchema = z.object({
  answers: z.array(z.unknown()).max(maxRecords),
  additionals: z.array(z.unknown()).max(maxRecords),
});
const serverSchema = z.object({ port: z.int().min(1024).max(65_535) });
const addressSchema = z.union([z.ipv4(), z.ipv6()]);

/** The records that announce an agent; taken back where `isLeaving`. */
export function announcementRecords(
  { id, port, addresses }: Omit<Announcement, 'ttlSeconds'>,
  isLeaving = false,
) {
  const ttl = isLeaving ? 0 : ttlSeconds;
  const [instance, host] = [`${id}.${serviceName}`, `${id}.local`];
  return [
    { name: serviceName, type: 'PTR' as const, ttl, data: instance },
    { name: instance, type: 'SRV' as const, ttl, data: { port, target: host } },
    { name: instance, type: 'TXT' as const, ttl, data: 'v=1' },
    ...addresses.map((data) => ({
      name: host,
      type: data.includes(':') ? ('AAAA' as const) : ('A' as const),
      ttl,
      data,
    })),
  ];
}

/** The agent that a packet announces; `undefined` for everything else, of which segments are full. */
export function parseAnnouncement(packet: unknown): Announcement | undefined {
  const parsed = packetSchema.safeParse(packet);
  if (!parsed.success) return undefined;
  const records = [...parsed.data.answers, ...parsed.data.additionals].flatMap((each) => {
    const known = record.safeParse(each);
    return known.success ? [known.data] : [];
  });
  const pointer = records.find(({ type, name }) => type === 'PTR' && name === serviceName);
  const instance = z.string().max(255).safeParse(pointer?.data).data;
  const id = instance?.endsWith(`.${serviceName}`) ? instance.slice(0, -serviceName.length - 1) : undefined;
  if (id === undefined || !/^[0-9a-f]{32}$/.test(id)) return undefined;
  const server = serverSchema.safeParse(
    records.find(({ type, name }) => type === 'SRV' && name === instance)?.data,
  );
  if (!server.success) return undefined;
  const addresses = records.flatMap(({ type, name, data }) => {
    const isAddress = (type === 'A' || type === 'AAAA') && name === `${id}.local`;
    const address = isAddress ? addressSchema.safeParse(data).data : undefined;
    return address === undefined ? [] : [address];
  });
  const ttl = Math.min(ttlSeconds, Math.max(0, pointer?.ttl ?? 0));
  return { id, port: server.data.port, addresses, ttlSeconds: ttl };
}
