import type { TrafficMeter } from './repository.ts';

/** A {@link TrafficMeter} that adds up. */
export class TransferMeter implements TrafficMeter {
  requests = 0;
  bytesDownloaded = 0;

  addRequest(): void {
    this.requests += 1;
  }

  addBytes(count: number): void {
    this.bytesDownloaded += count;
  }
}
