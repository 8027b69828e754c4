/** What a request may weigh where nothing else is said. */
const usualBytes = 256 * 1024;
const mebibyte = 1024 * 1024;

/** Operations whose longest valid body is larger. */
const largerBytes: Readonly<Record<string, number>> = {
  setGroupMembers: 8 * mebibyte,
  previewChange: 8 * mebibyte,
  importWorkspaces: 16 * mebibyte,
  createPlan: 8 * mebibyte,
  changePlan: 8 * mebibyte,
  syncDevice: 4 * mebibyte,
  sendEvents: 4 * mebibyte,
};

/** Largest body the operation takes, in bytes. */
export function bodyLimitOf(operationId: string): number {
  return largerBytes[operationId] ?? usualBytes;
}
