import { createErrorFactory, type ErrorCatalogue } from '@carrel/kit';

/**
 * What the repository answers with when it refuses: the codes of OCI Distribution 1.1 ("Error codes"), which its
 * clients know, and two of our own (`RANGE_INVALID`, `DISK_FULL`) where the list has none.
 */
const ociErrors = {
  BLOB_UNKNOWN: {
    errorClass: 'not-found',
    httpStatus: 404,
    message: 'The blob {digest} is not in {name}.',
    remedy: 'Push it first, or check the digest.',
  },
  BLOB_UPLOAD_INVALID: {
    errorClass: 'usage',
    httpStatus: 400,
    message: 'The upload cannot go on: {reason}.',
    remedy: 'Ask for its status, then send from there.',
  },
  BLOB_UPLOAD_UNKNOWN: {
    errorClass: 'not-found',
    httpStatus: 404,
    message: 'There is no such upload.',
    remedy: 'Begin the upload again; abandoned ones are removed after a day.',
  },
  DENIED: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'These credentials allow pulling only.',
    remedy: 'Sign in as somebody who may publish images.',
  },
  DIGEST_INVALID: {
    errorClass: 'usage',
    httpStatus: 400,
    message: 'The digest {digest} is not that of the content, or not a sha256 digest.',
    remedy: 'Send the content again with its sha256 digest.',
  },
  DISK_FULL: {
    errorClass: 'other',
    httpStatus: 507,
    message: 'The repository has no room left.',
    remedy: 'Collect garbage or give the repository more room, then push again.',
    retryable: true,
  },
  IN_USE: {
    errorClass: 'conflict',
    httpStatus: 409,
    message: 'The blob {digest} is part of the manifest {manifest}.',
    remedy: 'Delete the manifest first.',
  },
  MANIFEST_BLOB_UNKNOWN: {
    errorClass: 'usage',
    httpStatus: 400,
    message: 'The manifest names {digest}, which is not in {name}.',
    remedy: 'Push everything a manifest names before the manifest.',
  },
  MANIFEST_INVALID: {
    errorClass: 'usage',
    httpStatus: 400,
    message: 'The manifest is not valid: {reason}.',
    remedy: 'Send an OCI image manifest or index with its media type.',
  },
  MANIFEST_TOO_LARGE: {
    errorClass: 'usage',
    httpStatus: 413,
    message: 'The manifest is larger than {limitBytes} bytes.',
    remedy: 'Move what it carries into blobs.',
  },
  MANIFEST_UNKNOWN: {
    errorClass: 'not-found',
    httpStatus: 404,
    message: 'There is no manifest {reference} in {name}.',
    remedy: 'Check the tag or digest.',
  },
  NAME_INVALID: {
    errorClass: 'usage',
    httpStatus: 400,
    message: 'The repository name is not valid.',
    remedy: 'Use lower-case letters and digits, separated by . _ - or /.',
  },
  NAME_UNKNOWN: {
    errorClass: 'not-found',
    httpStatus: 404,
    message: 'There is no repository {name}.',
    remedy: 'Check the name; it comes to be with the first push.',
  },
  PAGINATION_NUMBER_INVALID: {
    errorClass: 'usage',
    httpStatus: 400,
    message: 'The number of results asked for is not a whole number from 0.',
    remedy: 'Correct the parameter n.',
  },
  RANGE_INVALID: {
    errorClass: 'usage',
    httpStatus: 416,
    message: 'The range does not fit: {reason}.',
    remedy: 'Ask for the size or the status of the upload first.',
  },
  SIZE_INVALID: {
    errorClass: 'usage',
    httpStatus: 400,
    message: 'The length given is not the length sent: {reason}.',
    remedy: 'Send the content again with its length.',
  },
  TAG_INVALID: {
    errorClass: 'usage',
    httpStatus: 400,
    message: 'The tag or digest is not valid.',
    remedy: 'Use letters, digits, . _ - (at most 128), or a sha256 digest.',
  },
  TOOMANYREQUESTS: {
    errorClass: 'unreachable',
    httpStatus: 429,
    message: 'Too many uploads are open.',
    remedy: 'Finish or cancel some, then begin this one.',
    retryable: true,
  },
  UNAUTHORIZED: {
    errorClass: 'denied',
    httpStatus: 401,
    message: 'The repository needs credentials.',
    remedy: 'Sign in and try again.',
  },
  UNSUPPORTED: {
    errorClass: 'usage',
    httpStatus: 405,
    message: 'The repository does not do this.',
    remedy: 'See OCI Distribution 1.1 for what it does.',
  },
} as const satisfies ErrorCatalogue;

/** Makes an error of the repository's own wire format. */
export const ociFail = createErrorFactory(ociErrors);
