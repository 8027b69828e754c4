import { fail } from '@carrel/contract/errors';
import type { FileTree, TreeEntry } from '../tree/file-tree.ts';
import { readContent } from '../tree/spool.ts';
import { readElfSection } from './elf.ts';

/** A kernel module and the file it is in. */
export interface KernelModule {
  readonly name: string;
  readonly entry: TreeEntry & { kind: 'file' };
}

/**
 * The named modules and all they depend on, in an order in which each can be loaded.
 *
 * @throws {BUILD_STEP_FAILED} naming a module the kernel package does not bring
 */
export async function selectModules(names: readonly string[], kernel: FileTree): Promise<KernelModule[]> {
  const available = indexModules(kernel);
  const builtIn = await builtInModules(kernel);
  const selected = new Map<string, KernelModule>();
  const select = async (rawName: string): Promise<void> => {
    const name = canonical(rawName);
    if (selected.has(name) || builtIn.has(name)) return;
    const entry = available.get(name);
    if (entry === undefined) {
      const reason = `the kernel has no module ${rawName}`;
      throw fail('BUILD_STEP_FAILED', { step: 'choosing kernel modules', reason });
    }
    for (const dependency of await dependenciesOf(entry)) await select(dependency);
    selected.set(name, { name, entry });
  };
  for (const name of names) await select(name);
  return [...selected.values()];
}

/** The kernel reads `-` and `_` in module names alike. */
function canonical(name: string): string {
  return name.replaceAll('-', '_');
}

function indexModules(kernel: FileTree): Map<string, KernelModule['entry']> {
  const modules = new Map<string, KernelModule['entry']>();
  for (const [path, entry] of kernel.entries()) {
    const name = /\/lib\/modules\/.*\/([^/]+)\.ko$/.exec(path)?.[1];
    if (name !== undefined && entry.kind === 'file') modules.set(canonical(name), entry);
  }
  return modules;
}

async function builtInModules(kernel: FileTree): Promise<Set<string>> {
  const list = kernel.entries().find(([path]) => path.endsWith('/modules.builtin'))?.[1];
  if (list?.kind !== 'file') return new Set();
  const text = Buffer.from(await readContent(list.content)).toString('utf8');
  return new Set([...text.matchAll(/([^/\n]+)\.ko$/gm)].map((match) => canonical(match[1] ?? '')));
}

/** `depends=` of the module's `.modinfo` section: NUL-separated `key=value` strings. */
async function dependenciesOf(entry: KernelModule['entry']): Promise<string[]> {
  const section = readElfSection(await readContent(entry.content), '.modinfo');
  const fields = Buffer.from(section ?? [])
    .toString('latin1')
    .split('\0');
  const depends = fields.find((field) => field.startsWith('depends='))?.slice('depends='.length) ?? '';
  return depends.split(',').filter((name) => name !== '');
}
