import type { ErrorCatalogue } from '@carrel/kit';

/** Failures of the command line itself. */
export const cliErrors = {
  USAGE: {
    errorClass: 'usage',
    httpStatus: 400,
    message: '{reason}',
    remedy: 'Run {command} --help for what it takes.',
  },
  FILE_INVALID: {
    errorClass: 'usage',
    httpStatus: 400,
    message: '{path} is not valid: {reason}.',
    remedy: 'Correct what it names, and try again.',
  },
  NOT_SIGNED_IN: {
    errorClass: 'denied',
    httpStatus: 401,
    message: 'You are not signed in to a server.',
    remedy: 'Run carrel login SERVER, or set CARREL_SERVER and CARREL_TOKEN.',
  },
  CANCELLED: {
    errorClass: 'cancelled',
    httpStatus: 499,
    message: 'Cancelled.',
    remedy: 'Run the same command again to go on where it stopped.',
  },
} as const satisfies ErrorCatalogue;
