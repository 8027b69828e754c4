import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlockIdentifier } from '../../format/block-id.ts';
import { deriveImageKeys } from '../../format/key-schedule.ts';
import { sampleBytes } from '../../testing/memory-disk.ts';
import { testKey } from '../../testing/packed-image.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import type { IndexFolders } from './default-folders.ts';
import { FolderRules } from './folder-rules.ts';
import { openIndexDatabase } from './index-database.ts';
import { defaultIndexLimits } from './index-options.ts';
import { IndexRefresh } from './index-refresh.ts';
import type { Pace } from './pace.ts';

const identify = createBlockIdentifier(deriveImageKeys(testKey.bytes));
const unhurried: Pace = { isStopped: false, take: () => undefined };

/** Refreshes an index in this thread; gives the ids of each file by path. */
function refreshed(indexPath: string, folders: IndexFolders, pace = unhurried): Map<string, string> {
  using database = openIndexDatabase(indexPath);
  const refresh = new IndexRefresh({
    database,
    identify,
    rules: new FolderRules(folders, 'linux'),
    limits: defaultIndexLimits,
    crossesMounts: false,
    pace,
    onProgress: () => undefined,
  });
  refresh.run();
  const rows = database
    .prepare(
      `SELECT folders.path AS path, name, hex(ids) AS ids FROM files JOIN folders ON folders.id = folder`,
    )
    .all();
  const text = (value: unknown): string => Buffer.from(value as Uint8Array).toString();
  return new Map(rows.map(({ path, name, ids }) => [join(text(path), text(name)), String(ids)]));
}

const names = ['a', 'b', 'c'];
const path = fc
  .array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 })
  .map((parts) => join(...parts));

describe('a refresh', () => {
  it('takes in the files whose deepest rule includes them', async () => {
    await using folder = await temporaryFolder();
    const root = join(folder.path, 'tree');
    const files: string[] = [];
    for (const first of names) {
      for (const second of names) {
        for (const third of names) files.push(join(root, first, second, third, 'file'));
      }
    }
    for (const file of files) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, sampleBytes(300, 1));
    }
    const rules = fc.uniqueArray(fc.tuple(path, fc.boolean()), { selector: ([at]) => at, maxLength: 8 });
    let run = 0;
    fc.assert(
      fc.property(rules, (chosen) => {
        const paths = (isIncluded: boolean): string[] =>
          chosen.flatMap(([at, included]) => (included === isIncluded ? [join(root, at)] : []));
        const isIndexed = (file: string): boolean => {
          const above = chosen.filter(([at]) => file.startsWith(`${join(root, at)}/`));
          return above.toSorted(([a], [b]) => b.length - a.length)[0]?.[1] ?? false;
        };
        run += 1;
        const folders = { include: paths(true), exclude: paths(false) };
        const found = refreshed(join(folder.path, `${run}.sqlite`), folders);
        expect([...found.keys()].toSorted()).toEqual(files.filter(isIndexed));
      }),
      { numRuns: 60 },
    );
  });

  it('of an index that was refreshed before gives what one of a new index gives', async () => {
    await using folder = await temporaryFolder();
    let tree = 0;
    const change = fc.record({
      kind: fc.constantFrom('write', 'write', 'rewrite', 'remove', 'move', 'link', 'symlink'),
      path,
      other: path,
      content: fc.nat(50),
    });
    const steps = fc.array(fc.array(change, { maxLength: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(steps, fc.nat(8), (rounds, stopAfter) => {
        tree += 1;
        const root = join(folder.path, `tree ${tree}`);
        mkdirSync(root);
        const folders = { include: [root], exclude: [] };
        const kept = join(folder.path, `${tree}.sqlite`);
        for (const [round, changes] of rounds.entries()) {
          for (const { kind, path: at, other, content } of changes) {
            attempt(() => applyChange(kind, join(root, at), join(root, other), content));
          }
          // Interrupted somewhere, as by an abort.
          refreshed(kept, folders, stoppingAfter(stopAfter));
          const fresh = refreshed(join(folder.path, `${tree} ${round}.sqlite`), folders);
          expect(refreshed(kept, folders)).toEqual(fresh);
        }
      }),
      { numRuns: 40 },
    );
  });
});

function applyChange(kind: string, at: string, other: string, content: number): void {
  mkdirSync(dirname(at), { recursive: true });
  const bytes = sampleBytes(300 + content * 400, content);
  if (kind === 'remove') rmSync(at, { recursive: true, force: true });
  else if (kind === 'move') renameSync(at, other);
  else if (kind === 'link') linkSync(at, other);
  else if (kind === 'symlink') symlinkSync(other, at);
  else writeFileSync(at, bytes);
  // A time in the past, the same for all, as packages set it.
  if (kind === 'rewrite') utimesSync(at, 1_000_000, 1_000_000);
}

/** Changes that make no sense in the tree as it is are left out. */
function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
  }
}

function stoppingAfter(questions: number): Pace {
  let left = questions;
  return {
    get isStopped() {
      left -= 1;
      return left < 0;
    },
    take: () => undefined,
  };
}
