import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzRuns } from '../../testing/fuzz-runs.ts';
import { mutatedJson } from '../../testing/mutated-json.ts';
import { mutated } from '../../testing/mutations.ts';
import { outcomeOf } from '../../testing/outcome.ts';
import { layoutIn, packBytes, sampleDisk } from '../../testing/packed-image.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

const codes = ['REPOSITORY_ANSWER_UNEXPECTED', 'IMAGE_NOT_IN_REPOSITORY', 'IMAGE_DATA_DAMAGED'] as const;

/** A layout that holds an image. */
async function packedLayout(folder: string) {
  await using repository = layoutIn(folder);
  const { digest } = await packBytes(repository, '1', sampleDisk());
  const indexPath = join(repository.location, 'index.json');
  return { digest, indexPath, text: await readFile(indexPath), repository: layoutIn(folder) };
}

describe('the index.json of a layout', () => {
  it('is read or refused with a code, whatever became of it', async () => {
    await using folder = await temporaryFolder();
    const { digest, indexPath, text, repository } = await packedLayout(folder.path);
    const json: unknown = JSON.parse(text.toString());
    const anything = fc.oneof(
      mutated(text),
      mutatedJson(json).map((value) => Buffer.from(JSON.stringify(value))),
    );
    const property = fc.asyncProperty(anything, async (bytes) => {
      await writeFile(indexPath, bytes);
      await outcomeOf(() => repository.listTags(), codes);
      const found = await outcomeOf(() => repository.listManifests(), codes);
      for (const wanted of ['1', 'latest', digest, ...(found ?? [])]) {
        const manifest = await outcomeOf(() => repository.resolve(wanted), codes);
        // There is but one manifest, so that nothing else can be given.
        if (manifest) expect(manifest.digest).toBe(digest);
      }
    });
    await fc.assert(property, fuzzRuns(400));
  });

  it('that is not what it should be is not overwritten by the next pack', async () => {
    await using folder = await temporaryFolder();
    const { indexPath, text } = await packedLayout(folder.path);
    const cut = text.subarray(0, text.length / 2);
    await writeFile(indexPath, cut);
    const packing = outcomeOf(() => packBytes(layoutIn(folder.path), '2', sampleDisk(2)), codes);
    expect(await packing).toBeUndefined();
    expect((await readFile(indexPath)).equals(cut)).toBe(true);
    await rm(indexPath);
    await mkdir(indexPath);
    expect(await outcomeOf(() => layoutIn(folder.path).listTags(), codes)).toBeUndefined();
  });
});
