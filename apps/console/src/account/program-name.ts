const browsers = [
  ['Edg/', 'Edge'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const systems = ['Windows', 'Mac OS X', 'Android', 'iPhone', 'iPad', 'Linux'] as const;

/** What a browser calls itself, as people know it: `Chrome on Linux`. */
export function programName(userAgent: string): string {
  const browser = browsers.find(([mark]) => userAgent.includes(mark))?.[1];
  const system = systems.find((mark) => userAgent.includes(mark));
  if (browser === undefined) return userAgent === '' ? 'unknown' : userAgent;
  return system === undefined ? browser : `${browser} on ${system === 'Mac OS X' ? 'macOS' : system}`;
}
