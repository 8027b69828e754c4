/** What makes two names of devices the same. */
export function deviceNameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** The columns that searches go by, which follow from what is known of a device. */
export function describeDevice(device: {
  readonly hostName: string;
  readonly name: string | null;
  readonly notes: string;
  readonly tags: readonly string[];
}): { readonly hostNameKey: string; readonly nameKey: string | null; readonly searchKey: string } {
  const { hostName, name, notes, tags } = device;
  return {
    hostNameKey: deviceNameKey(hostName),
    nameKey: name === null ? null : deviceNameKey(name),
    searchKey: deviceNameKey([name ?? '', hostName, notes, ...tags].join('\n')),
  };
}
