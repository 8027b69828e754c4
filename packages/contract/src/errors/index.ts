import { createErrorFactory } from '@carrel/kit';
import { administrationErrors } from './administration.ts';
import { agentErrors } from './agent.ts';
import { cliErrors } from './cli.ts';
import { directoryErrors } from './directory.ts';
import { hypervisorErrors } from './hypervisor.ts';
import { imagingErrors } from './imaging.ts';
import { keyErrors } from './keys.ts';
import { planErrors } from './plan-errors.ts';
import { serverErrors } from './server.ts';
import { sheetErrors } from './sheets.ts';
import { signInErrors } from './sign-in.ts';

/** Every error of the project by its stable code; `docs/reference/errors.md` is generated from it. */
export const errorCatalogue = {
  ...imagingErrors,
  ...hypervisorErrors,
  ...serverErrors,
  ...keyErrors,
  ...administrationErrors,
  ...signInErrors,
  ...directoryErrors,
  ...agentErrors,
  ...sheetErrors,
  ...cliErrors,
  ...planErrors,
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

/** Makes the error of a code: `throw fail('DISK_FULL', { path })`. */
export const fail = createErrorFactory(errorCatalogue);
