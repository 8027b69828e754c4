import type { GuestNames } from '@carrel/policy';

const heading = '# Name servers and suffixes by the policy of the workspace; what the network said follows.';
const keptPrefix = '# network: ';

/**
 * A guest's `/etc/resolv.conf` with the names of the policy. What stood there before is kept in comments, so that it
 * comes back when the policy says nothing any more, and a DHCP client that writes the file anew needs no care.
 */
export function rewriteResolverFile(present: string, names: GuestNames): string {
  const original = originalLines(present);
  if (!names.servers && !names.suffixes) return toText(original);
  const isSet = (line: string): boolean => {
    const [keyword = ''] = line.split(/\s/);
    if (keyword === 'nameserver') return names.servers !== null;
    return (keyword === 'search' || keyword === 'domain') && names.suffixes !== null;
  };
  return toText([
    heading,
    ...(names.suffixes ? [`search ${names.suffixes.join(' ')}`] : []),
    ...(names.servers ?? []).map((server) => `nameserver ${server}`),
    ...original.filter((line) => !line.startsWith('#') && !isSet(line)),
    ...original.map((line) => `${keptPrefix}${line}`),
  ]);
}

function originalLines(present: string): string[] {
  const lines = present.split('\n').filter((line) => line !== '');
  if (lines[0] !== heading) return lines;
  return lines.filter((line) => line.startsWith(keptPrefix)).map((line) => line.slice(keptPrefix.length));
}

function toText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
