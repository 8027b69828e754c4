/** The file system cannot be relied on to say what is unused. The message finishes "…, because". */
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
