import { fail } from '@carrel/contract/errors';
import { runTool } from '../../tools/run-tool.ts';
import type { BuildContext } from '../build-context.ts';
import type { Apt } from '../packages/apt.ts';

/** Where a Debian system is installed from. */
export interface DebianSources {
  /** `bookworm`, not `bookworm-updates`. */
  readonly suite: string;
  /** One-line sources.list(5) entries. */
  readonly lines: readonly string[];
}

/**
 * The sources of this machine that are Debian's own; others (a vendor's repository) have no part in an image.
 *
 * @throws {BUILD_STEP_FAILED} when there are none
 */
export async function findDebianSources(apt: Apt, context: BuildContext): Promise<DebianSources> {
  const format = '$(ORIGIN)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)';
  const args = [...apt.args, 'indextargets', '--format', format, 'Created-By: Packages'];
  const output = await runTool('apt-get', { step: 'reading sources', args }, context);
  const entries = output.stdout
    .split('\n')
    .map((line) => line.split('|'))
    .filter((fields) => fields[0] === 'Debian')
    .map(([, release = '', component = '', uri = '']) => ({ release, component, uri }));
  const suite = entries.map((entry) => entry.release).sort((a, b) => a.length - b.length)[0];
  if (suite === undefined) {
    const reason = 'the apt sources of this machine name no Debian repository';
    throw fail('BUILD_STEP_FAILED', { step: 'reading sources', reason });
  }
  const lines = new Set(entries.map((entry) => `deb ${entry.uri} ${entry.release} ${entry.component}`));
  return { suite, lines: [...lines].sort() };
}
