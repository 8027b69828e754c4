import type { ErrorCatalogue } from '@carrel/kit';

/** Failures of administering: roles, devices, where images may come from. */
export const administrationErrors = {
  SCOPE_DENIED: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'The permission {permission} does not reach this: it holds for some workspaces only.',
    remedy: 'Ask an administrator for a role over what is needed.',
  },
  PERMISSION_EXCEEDED: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'This would decide about the permission {permission}, which is more than the caller has.',
    remedy: 'Ask somebody who has that permission over everything it concerns.',
  },
  DEVICE_PENDING: {
    errorClass: 'conflict',
    httpStatus: 409,
    message: 'The device waits for the approval of an administrator.',
    remedy: 'Have it approved (carrel device approve); the device asks again by itself.',
    retryable: true,
  },
  ENROLMENT_REFUSED: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'This person cannot enrol the device: {reason}.',
    remedy: 'Ask an administrator for an enrolment token, or to change the settings of enrolment.',
  },
  SERVER_BUSY: {
    errorClass: 'unreachable',
    httpStatus: 503,
    message: 'The server has more to do than it can now.',
    remedy: 'Try again in {retryAfterSeconds} s.',
    retryable: true,
  },
  PLAN_CHANGED: {
    errorClass: 'conflict',
    httpStatus: 412,
    message: '{author} changed this plan after you opened it (version {currentVersion}).',
    remedy: 'Look at the change, then save again on top of it.',
  },
  SOURCE_REFUSED: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'The server does not read images from {host}: {reason}.',
    remedy:
      'Add the host to the setting images.allowedRegistries, or push the image to a registry that is there.',
  },
} as const satisfies ErrorCatalogue;
