/**
 * Gives the memory of a large buffer back at once instead of at the next garbage collection, which does not see how
 * much memory buffers hold. Nobody may use the buffer afterwards. Small ones, which may share a pool, are left alone.
 */
export function releaseBuffer(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (!(buffer instanceof ArrayBuffer) || buffer.detached) return;
  if (buffer.byteLength > 2 * Buffer.poolSize) buffer.transfer(0);
}
