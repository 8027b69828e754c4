import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { isAppError } from '@carrel/kit';
import { runTool } from '../../tools/run-tool.ts';
import type { BuildContext } from '../build-context.ts';

/** One Debian package as the configured sources offer it. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly section: string;
  readonly sizeBytes: number;
  /** Hex, as the signed package list states it. */
  readonly sha256: string;
}

/**
 * Asks apt, in the machine's configured sources, as if nothing were installed. Uses the machine's package lists
 * when they are there, else fetches lists of its own.
 */
export class Apt {
  readonly #context: BuildContext;
  readonly #options: string[];

  private constructor(context: BuildContext, options: string[]) {
    this.#context = context;
    this.#options = options;
  }

  static async open(context: BuildContext): Promise<Apt> {
    const folder = join(context.workFolder, 'apt');
    await mkdir(join(folder, 'archives', 'partial'), { recursive: true });
    await writeFile(join(folder, 'status'), '');
    const options = [
      `Dir::State::status=${join(folder, 'status')}`,
      `Dir::Cache::archives=${join(folder, 'archives')}`,
      'Dir::Cache::pkgcache=',
      'Dir::Cache::srcpkgcache=',
      'Debug::NoLocking=1',
      'APT::Install-Recommends=0',
      'APT::Sandbox::User=root',
    ];
    return new Apt(context, options);
  }

  /** The `-o` arguments that make any apt tool see what this one sees. */
  get args(): string[] {
    return this.#options.flatMap((option) => ['-o', option]);
  }

  /**
   * The named packages and everything they depend on, sorted by name.
   *
   * @throws {BUILD_STEP_FAILED} when a package does not exist or cannot be had
   */
  async resolve(names: readonly string[]): Promise<DebianPackage[]> {
    try {
      return await this.#resolveOnce(names);
    } catch (error) {
      if (!isAppError(error, 'BUILD_STEP_FAILED')) throw error;
      // The machine's lists may be absent (a fresh container) or too old: try once more with new ones.
      await this.refreshLists();
      return this.#resolveOnce(names);
    }
  }

  /** Fetches the package lists of the configured sources into the cache, and uses them from then on. */
  async refreshLists(): Promise<void> {
    const lists = join(this.#context.cacheFolder, 'lists');
    await mkdir(join(lists, 'partial'), { recursive: true });
    this.#options.push(`Dir::State::lists=${lists}`);
    this.#context.onProgress({ phase: 'resolve', note: 'fetching package lists' });
    const args = [...this.args, '-q', 'update'];
    await runTool('apt-get', { step: 'fetching package lists', args, writes: lists }, this.#context);
  }

  async #resolveOnce(names: readonly string[]): Promise<DebianPackage[]> {
    const simulation = await runTool(
      'apt-get',
      { step: 'resolving packages', args: [...this.args, '-qq', '-y', '-s', 'install', ...names] },
      this.#context,
    );
    const installs = [...simulation.stdout.matchAll(/^Inst (\S+) \((\S+) .*?\[(\S+)\]\)/gm)];
    const wanted = installs.map((match) => `${match[1] ?? ''}=${match[2] ?? ''}`);
    const shown = await runTool(
      'apt-cache',
      { step: 'reading package lists', args: [...this.args, '-q', 'show', ...wanted] },
      this.#context,
    );
    const packages = shown.stdout
      .split(/\n\n+/)
      .filter((stanza) => stanza.trim() !== '')
      .map(parseStanza)
      .filter((found) => wanted.includes(`${found.name}=${found.version}`));
    const byName = new Map(packages.map((found) => [found.name, found]));
    return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function parseStanza(stanza: string): DebianPackage {
  const field = (name: string): string => {
    const value = new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1];
    if (value !== undefined) return value;
    const reason = `apt-cache showed a package without ${name}`;
    throw fail('BUILD_STEP_FAILED', { step: 'reading package lists', reason });
  };
  return {
    name: field('Package'),
    version: field('Version'),
    architecture: field('Architecture'),
    section: field('Section'),
    sizeBytes: Number(field('Size')),
    sha256: field('SHA256'),
  };
}
