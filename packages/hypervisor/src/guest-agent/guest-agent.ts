import type { LongOperationOptions } from '@carrel/kit';

export interface GuestAddress {
  readonly address: string;
  readonly prefixLength: number;
  readonly family: 'ipv4' | 'ipv6';
}

export interface GuestInterface {
  readonly name: string;
  readonly hardwareAddress: string | undefined;
  readonly addresses: readonly GuestAddress[];
}

export interface GuestExecResult {
  readonly exitCode: number | undefined;
  readonly signal: number | undefined;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** The agent cut the output at its own limit (16 MiB). */
  readonly isTruncated: boolean;
}

export interface GuestExecOptions extends LongOperationOptions {
  readonly args?: readonly string[];
  readonly environment?: readonly string[];
  readonly input?: Uint8Array;
  readonly timeoutMs?: number;
}

/** The qemu-guest-agent inside a guest. Everything it says is the guest's word: treat it as untrusted. */
export interface GuestAgent extends AsyncDisposable {
  ping(): Promise<void>;
  info(): Promise<{ readonly version: string; readonly commands: readonly string[] }>;
  hostName(): Promise<string>;
  networkInterfaces(): Promise<readonly GuestInterface[]>;
  /** Asks the operating system to power off; the answer is the machine's end. */
  shutdown(): Promise<void>;
  /** Sets the guest's clock, milliseconds since 1970. */
  setTime(nowMs: number): Promise<void>;
  exec(path: string, options?: GuestExecOptions): Promise<GuestExecResult>;
  /** @throws {GUEST_AGENT_REFUSED} when the file is larger than `maximumBytes` (default 1 MiB) or unreadable */
  readFile(path: string, maximumBytes?: number): Promise<Uint8Array>;
  /** Replaces the file; at most 16 MiB. */
  writeFile(path: string, content: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
