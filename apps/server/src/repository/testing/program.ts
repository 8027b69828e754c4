import { execFile } from 'node:child_process';

export interface ProgramResult {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program to its end; one that is not there fails. */
export function runProgram(program: string, parameters: readonly string[]): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    execFile(program, parameters, { timeout: 60_000 }, (error, output, errors) => {
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === 'number') resolve({ exitCode, output, errors });
      else reject(new Error(`${program} did not run to its end: ${errors}`, { cause: error }));
    });
  });
}

/** As {@link runProgram}; an exit code other than 0 fails. */
export async function mustRun(program: string, parameters: readonly string[]): Promise<string> {
  const { exitCode, output, errors } = await runProgram(program, parameters);
  if (exitCode !== 0)
    throw new Error(`${program} ${parameters.join(' ')}: exit ${exitCode}: ${errors}${output}`);
  return output;
}
