import type { AppError } from '@carrel/kit';

/** How a machine ended. */
export type MachineEnd =
  /** Memory and devices are in the overlay; the next start goes on from there. */
  | { readonly how: 'saved' }
  /** The guest's own operating system shut down. */
  | { readonly how: 'shut-down' }
  /** Switched off without the guest's consent, on request. */
  | { readonly how: 'powered-off' }
  | { readonly how: 'crashed'; readonly error: AppError };

/** Why a guest stands still. */
export type PauseReason = 'requested' | 'disk-full' | 'disk-error' | 'internal-error';

/** The life of one QEMU process. */
export type MachineState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'paused'; readonly reason: PauseReason }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'ended'; readonly end: MachineEnd };
