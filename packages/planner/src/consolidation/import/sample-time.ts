const iso =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;
const perfmon = /^(\d{2})\/(\d{2})\/(\d{4}) (\d{2}):(\d{2}):(\d{2})(?:\.\d+)?$/;

/**
 * Reads the time of a sample: ISO 8601, or month/day/year as performance logs of Windows have it in every language.
 *
 * @param biasMinutes what is added to a time without zone to make it UTC, as such logs state it
 * @returns milliseconds since 1970, or `undefined` when it is no time
 */
export function parseSampleTime(text: string, biasMinutes: number): number | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', zone] = iso.exec(text) ?? inOrder(text);
  if (year === undefined) return undefined;
  const atMs = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  // `Date.UTC` takes the 31st of April for the 1st of May.
  const isReal = new Date(atMs).getUTCMonth() === Number(month) - 1 && Number(hour) < 24;
  return isReal ? atMs + zoneMinutes(zone, biasMinutes) * 60_000 : undefined;
}

function inOrder(text: string): (string | undefined)[] {
  const [all, month, day, year, ...rest] = perfmon.exec(text) ?? [];
  return [all, year, month, day, ...rest];
}

function zoneMinutes(zone: string | undefined, biasMinutes: number): number {
  if (zone === undefined) return biasMinutes;
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('+') ? -minutes : minutes;
}
