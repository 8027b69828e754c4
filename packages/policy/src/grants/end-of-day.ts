/**
 * The instant at which a calendar day ends in a time zone: the first moment of the next day there.
 *
 * @param date `YYYY-MM-DD`
 * @param timeZone IANA name
 * @returns seconds since 1970
 */
export function endOfDaySeconds(date: string, timeZone: string): number {
  const nextMidnightUtcMs = Date.parse(`${date}T00:00:00Z`) + 86_400_000;
  if (timeZone === 'UTC') return nextMidnightUtcMs / 1000;
  const offsetMs = offsetsOf(timeZone);
  // The offset depends on the instant, which depends on the offset: two rounds settle it around clock changes.
  let instantMs = nextMidnightUtcMs;
  for (let round = 0; round < 2; round += 1) instantMs = nextMidnightUtcMs - offsetMs(instantMs);
  return Math.floor(instantMs / 1000);
}

/** How far the zone's wall clock is ahead of UTC at an instant. Making the formatter takes most of the time. */
function offsetsOf(timeZone: string): (instantMs: number) => number {
  const formatter = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (instantMs) => {
    const parts = formatter.formatToParts(instantMs);
    const field = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
    const wallMs = Date.UTC(
      field('year'),
      field('month') - 1,
      field('day'),
      field('hour'),
      field('minute'),
      field('second'),
    );
    return wallMs - Math.floor(instantMs / 1000) * 1000;
  };
}
