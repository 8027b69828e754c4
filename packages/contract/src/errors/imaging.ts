import type { ErrorCatalogue } from '@carrel/kit';

/** Failures of images: sources, formats, repositories, building. */
export const imagingErrors = {
  SOURCE_NOT_FOUND: {
    errorClass: 'not-found',
    httpStatus: 404,
    message: 'There is no file {path}.',
    remedy: 'Check the path of the disk.',
  },
  SOURCE_NOT_A_DISK: {
    errorClass: 'usage',
    httpStatus: 422,
    message: '{path} is not a disk: it is {found}.',
    remedy: 'Name a disk file (raw, qcow2, vhd, vhdx, vmdk) or a block device.',
  },
  SOURCE_DAMAGED: {
    errorClass: 'damaged',
    httpStatus: 422,
    message: '{path} cannot be read as {format}: {reason}.',
    remedy: 'Copy the disk again from where it was made, and check it with qemu-img check.',
  },
  DISK_FULL: {
    errorClass: 'other',
    httpStatus: 507,
    message: 'There is no room left to write {path}.',
    remedy: 'Free some space or name another place, then run the same command again.',
  },
  REFERENCE_INVALID: {
    errorClass: 'usage',
    httpStatus: 422,
    message: '{reference} does not name an image: {reason}.',
    remedy: 'Write oci:PATH[:NAME:TAG] for a local layout or http(s)://HOST/NAME:TAG for a registry.',
  },
  IMAGE_NOT_IN_REPOSITORY: {
    errorClass: 'not-found',
    httpStatus: 404,
    message: '{reference} is not in the repository.',
    remedy: 'Check the name and tag, or list what is there.',
  },
  IMAGE_NOT_CARREL: {
    errorClass: 'damaged',
    httpStatus: 422,
    message: '{reference} is not a Carrel image: {reason}.',
    remedy: 'Name an image that was packed with carrel image pack.',
  },
  IMAGE_FORMAT_NEWER: {
    errorClass: 'damaged',
    httpStatus: 422,
    message: '{reference} uses image format {found}; this program reads up to {supported}.',
    remedy: 'Update Carrel on this computer.',
  },
  IMAGE_KEY_MISSING: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'The key {keyId} of this image is not in your key ring.',
    remedy: 'Give it with --key-file, or sign in to the server that holds it.',
  },
  IMAGE_KEY_WRONG: {
    errorClass: 'denied',
    httpStatus: 403,
    message: 'The key given is not the key {keyId} that this image was packed with.',
    remedy: 'Use the key of the repository the image was packed for.',
  },
  IMAGE_DATA_DAMAGED: {
    errorClass: 'damaged',
    httpStatus: 502,
    message: '{what} from {source} is not what was packed: {reason}.',
    remedy: 'Nothing of it was used. Fetch from another copy, or push the image again.',
  },
  REPOSITORY_UNREACHABLE: {
    errorClass: 'unreachable',
    httpStatus: 502,
    message: 'The repository {repository} does not answer: {reason}.',
    remedy: 'Check the address and the network, then run the same command again; it continues.',
    retryable: true,
  },
  REPOSITORY_REFUSED: {
    errorClass: 'denied',
    httpStatus: 502,
    message: 'The repository {repository} refused the request (HTTP {status}).',
    remedy: 'Sign in, or ask for access to this repository.',
  },
  REPOSITORY_ANSWER_UNEXPECTED: {
    errorClass: 'unreachable',
    httpStatus: 502,
    message: 'The repository {repository} answered in a way no registry does: {reason}.',
    remedy: 'Check that the address is a registry and that no proxy answers in its place.',
  },
  TARGET_EXISTS: {
    errorClass: 'conflict',
    httpStatus: 409,
    message: '{path} exists already.',
    remedy: 'Name another file, or add --force to replace it.',
  },
  RECIPE_INVALID: {
    errorClass: 'usage',
    httpStatus: 422,
    message: 'The recipe {path} is not valid: {reason}.',
    remedy: 'Correct the field named; docs/recipes.md describes them all.',
  },
  BUILD_STEP_FAILED: {
    errorClass: 'other',
    httpStatus: 500,
    message: 'Building the image failed at {step}: {reason}.',
    remedy: 'The log names the command; correct the recipe or the machine and build again.',
  },
  TOOL_MISSING: {
    errorClass: 'other',
    httpStatus: 500,
    message: 'The program {tool} is not installed.',
    remedy: 'As root, run: apt-get install {package}',
  },
} as const satisfies ErrorCatalogue;
