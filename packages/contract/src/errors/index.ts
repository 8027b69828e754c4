import { createErrorFactory } from '@carrel/kit';
import { agentErrors } from './agent.ts';
import { cliErrors } from './cli.ts';
import { hypervisorErrors } from './hypervisor.ts';
import { imagingErrors } from './imaging.ts';
import { serverErrors } from './server.ts';

/** Every error of the project by its stable code; `docs/reference/errors.md` is generated from it. */
export const errorCatalogue = {
  ...imagingErrors,
  ...hypervisorErrors,
  ...serverErrors,
  ...agentErrors,
  ...cliErrors,
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

/** Makes the error of a code: `throw fail('DISK_FULL', { path })`. */
export const fail = createErrorFactory(errorCatalogue);
