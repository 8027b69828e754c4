/** How much of a blob is read and handed to the socket at a time. */
export const pieceBytes = 256 * 1024;

const maximumIdle = 16;

/**
 * Buffers that are used again: fresh ones of this size cost as much as reading into them, since the kernel has to
 * clear every page first.
 */
export class PiecePool {
  readonly #idle: Buffer[] = [];

  /** A buffer of {@link pieceBytes} with anything in it; give it back when nobody reads from it any more. */
  take(): Buffer {
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(pieceBytes);
  }

  giveBack(piece: Buffer): void {
    if (this.#idle.length < maximumIdle) this.#idle.push(piece);
  }
}
