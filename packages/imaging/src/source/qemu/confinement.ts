import { execFile } from 'node:child_process';
import { findTool } from './find-tool.ts';

/** A command line. */
export type Argv = readonly [program: string, ...args: string[]];

/** Address space of a tool: enough for its tables of a disk of many TiB, not enough to hurt the computer. */
const memoryLimitBytes = 2 * 1024 ** 3;

/**
 * Wraps a program that parses untrusted disks: no network, no capability but reading files, no way to gain rights,
 * bounded memory, no core dump, and death with us, even when we are killed.
 */
export type Confine = (argv: Argv) => Argv;

/**
 * Finds the strongest confinement that works here: network and capabilities can only be dropped by root, and nothing
 * of this exists outside Linux.
 */
export async function findConfinement(searchPath: string): Promise<Confine> {
  const [unshare, prlimit, setpriv] = await Promise.all(
    ['unshare', 'prlimit', 'setpriv'].map((name) => findTool(name, searchPath)),
  );
  if (prlimit === undefined || setpriv === undefined) return (argv) => argv;
  const limits = [prlimit, `--as=${memoryLimitBytes}`, '--core=0', '--'] as const;
  const modest = [setpriv, '--no-new-privs', '--pdeathsig', 'KILL', '--'] as const;
  const noCapabilities = ['--inh-caps=-all', '--bounding-set=-all,+dac_read_search'] as const;
  const strong = [setpriv, '--no-new-privs', ...noCapabilities, '--pdeathsig', 'KILL', '--'] as const;
  const wrappers: Confine[] = [
    ...(unshare === undefined
      ? []
      : [(argv: Argv): Argv => [unshare, '--net', '--', ...limits, ...strong, ...argv]]),
    (argv) => [...limits, ...strong, ...argv],
    (argv) => [...limits, ...modest, ...argv],
  ];
  for (const wrap of wrappers) if (await works(wrap([setpriv, '--version']))) return wrap;
  return (argv) => argv;
}

function works([program, ...args]: Argv): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 5_000 }, (error) => resolve(error === null));
  });
}
