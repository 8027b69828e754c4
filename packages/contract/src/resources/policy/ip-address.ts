/** The bytes of an IPv4 (4) or IPv6 (16) address without brackets; `undefined` when the text is none. */
export function parseAddress(text: string): number[] | undefined {
  return text.includes(':') ? parseIPv6(text) : parseIPv4(text);
}

/**
 * The beginning of an address: a whole one, a network (`10.0.0.0/8`, `2001:db8::/32`), or the first bytes of an IPv4
 * address (`10.1` or `10.1.`). Bits beyond the prefix are ignored.
 */
export function parseAddressPrefix(text: string): { bytes: number[]; bits: number } | undefined {
  const [address = '', length, ...rest] = text.split('/');
  if (rest.length > 0) return undefined;
  const whole = parseAddress(address);
  if (length !== undefined) {
    if (!whole || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
    const bits = Number(length);
    return bits <= whole.length * 8 ? { bytes: whole, bits } : undefined;
  }
  if (whole) return { bytes: whole, bits: whole.length * 8 };
  const parts = parseParts(address.replace(/\.$/, ''));
  if (!parts || parts.length > 3) return undefined;
  return { bytes: [...parts, 0, 0, 0].slice(0, 4), bits: parts.length * 8 };
}

function parseIPv4(text: string): number[] | undefined {
  const parts = parseParts(text);
  return parts?.length === 4 ? parts : undefined;
}

function parseParts(text: string): number[] | undefined {
  const parts = text.split('.');
  const isPart = (part: string): boolean => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255;
  return parts.every(isPart) ? parts.map(Number) : undefined;
}

function parseIPv6(text: string): number[] | undefined {
  if (!/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(`http://[${text}]/`)) return undefined;
  // The URL standard writes it as hexadecimal groups with at most one run of zeros left out.
  const [head = '', tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - first.length - last.length }, () => 0);
  return [...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 255]);
}
