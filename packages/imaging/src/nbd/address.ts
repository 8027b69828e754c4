/** Where an NBD server listens: a unix socket, or a TCP port (0 lets the system choose when listening). */
export type NbdAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** The address for people. */
export function describeAddress(address: NbdAddress): string {
  return 'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`;
}

/** The address as other NBD programs take it (`nbd+unix:///NAME?socket=PATH`, `nbd://HOST:PORT/NAME`). */
export function nbdUri(address: NbdAddress, exportName: string): string {
  const name = encodeURIComponent(exportName);
  if ('socketPath' in address) return `nbd+unix:///${name}?socket=${encodeURIComponent(address.socketPath)}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `nbd://${host}:${address.port}/${name}`;
}
