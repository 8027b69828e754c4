import type { ErrorCatalogue } from '@carrel/kit';

/** Failures of QEMU, its monitor and the guest agent. */
export const hypervisorErrors = {
  QEMU_MISSING: {
    errorClass: 'other',
    httpStatus: 500,
    message: 'QEMU ({program}) is not installed on this computer.',
    remedy: 'As root, run: apt-get install qemu-system-x86 qemu-utils',
  },
  QEMU_START_FAILED: {
    errorClass: 'other',
    httpStatus: 500,
    message: 'QEMU did not start: {reason}.',
    remedy: 'The machine log in the workspace folder has the whole message.',
  },
  QEMU_EXITED: {
    errorClass: 'other',
    httpStatus: 500,
    message: 'The virtual machine ended unexpectedly: {reason}.',
    remedy: 'Start the workspace again; when it happens again, send the machine log to support.',
  },
  MONITOR_TIMEOUT: {
    errorClass: 'unreachable',
    httpStatus: 504,
    message: 'QEMU did not answer {command} within {timeoutMs} ms.',
    remedy: 'The computer may be overloaded; try again.',
    retryable: true,
  },
  MONITOR_CLOSED: {
    errorClass: 'unreachable',
    httpStatus: 502,
    message: 'The connection to the QEMU monitor ended during {command}.',
    remedy: 'The virtual machine may have ended; look at its state.',
  },
  MONITOR_REFUSED: {
    errorClass: 'other',
    httpStatus: 500,
    message: 'QEMU refused {command}: {reason}.',
    remedy: 'The machine log in the workspace folder has more.',
  },
  MONITOR_PROTOCOL: {
    errorClass: 'damaged',
    httpStatus: 502,
    message: 'QEMU sent a message that cannot be understood: {reason}.',
    remedy: 'Check that the installed QEMU is version 7.2 or newer.',
  },
  GUEST_AGENT_SILENT: {
    errorClass: 'unreachable',
    httpStatus: 504,
    message: 'The agent in the guest does not answer.',
    remedy: 'Wait until the guest has started, or install qemu-guest-agent in the image.',
    retryable: true,
  },
  GUEST_AGENT_REFUSED: {
    errorClass: 'other',
    httpStatus: 500,
    message: 'The agent in the guest refused {command}: {reason}.',
    remedy: 'Check the version of qemu-guest-agent in the image.',
  },
  GUEST_HELD: {
    errorClass: 'other',
    httpStatus: 503,
    message: 'The guest stands still ({reason}).',
    remedy: 'It goes on by itself once the cause is gone; the machine log in the workspace folder has more.',
    retryable: true,
  },
  HOST_MEMORY_SHORT: {
    errorClass: 'other',
    httpStatus: 507,
    message: 'The workspace needs {neededMiB} MiB of memory and the computer can spare {availableMiB} MiB.',
    remedy: 'Close other programs and start the workspace again.',
    retryable: true,
  },
} as const satisfies ErrorCatalogue;
