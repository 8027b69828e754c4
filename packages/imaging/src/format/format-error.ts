/** Bytes that are not what the format says; the caller adds which object they came from. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** Throws a {@link FormatError} unless the condition holds. */
export function expectFormat(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new FormatError(reason);
}
