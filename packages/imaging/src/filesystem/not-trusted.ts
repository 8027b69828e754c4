/** The file system cannot be relied on in what it says of itself. The message finishes "…, because". */
export class NotTrusted extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NotTrusted';
  }
}

/** @throws {NotTrusted} unless the condition holds */
export function trust(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new NotTrusted(reason);
}
