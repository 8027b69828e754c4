import type { Measurements } from '@carrel/contract';
import { sql } from 'kysely';
import type { Queries } from '../database/index.ts';

const dayMs = 86_400_000;
/** Newest events that are weighed. */
const weighed = 1_000;
/** Times, numbers and ids of an event: seven of eight bytes, and the identity as text. */
const fixedBytes = 7 * 8 + 36;

/**
 * How much devices report. Counted by what each has had acknowledged since it was enrolled, so that nothing is scanned;
 * by those of more than a day, as the first hours are like no others.
 */
export async function measureEvents(queries: Queries, nowMs: number): Promise<Measurements['events']> {
  const total = await queries
    .selectFrom('devices')
    .select((select) => [
      select.fn.sum<number | string | null>('acknowledgedSequence').as('events'),
      select.fn.sum<number | string | null>('enrolledAt').as('enrolledAt'),
      select.fn.countAll<number | string>().as('devices'),
    ])
    .where('state', '=', 'active')
    .where('enrolledAt', '<=', nowMs - dayMs)
    .executeTakeFirstOrThrow();
  const devices = Number(total.devices);
  const deviceDays = (devices * nowMs - Number(total.enrolledAt ?? 0)) / dayMs;
  return {
    perDevicePerDay: deviceDays > 0 ? Number(total.events ?? 0) / deviceDays : null,
    averageBytes: await averageBytes(queries),
  };
}

async function averageBytes(queries: Queries): Promise<number | null> {
  const texts = ['code', 'severity', 'category', 'message', 'userName', 'hostName', 'fieldsJson'] as const;
  const optional = ['deviceId', 'workspaceId', 'workspaceName', 'guestName', 'agentVersion'] as const;
  const newest = queries
    .selectFrom('events')
    .selectAll()
    .orderBy('position', 'desc')
    .limit(weighed)
    .as('newest');
  const length = sql.join(
    [...texts, ...optional].map((name) => sql`coalesce(length(${sql.ref(name)}), 0)`),
    sql` + `,
  );
  const { content } = await queries
    .selectFrom(newest)
    .select(sql<number | string | null>`avg(${length})`.as('content'))
    .executeTakeFirstOrThrow();
  return content === null ? null : Number(content) + fixedBytes;
}
