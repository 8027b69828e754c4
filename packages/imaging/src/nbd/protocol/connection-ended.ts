/** The other side closed the connection. Not a failure by itself: whoever waits decides what it means. */
export class ConnectionEnded extends Error {
  constructor(cause?: unknown) {
    super('The connection ended.', cause === undefined ? undefined : { cause });
    this.name = 'ConnectionEnded';
  }
}
