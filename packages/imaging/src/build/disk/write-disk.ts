import { open } from 'node:fs/promises';
import { fail } from '@carrel/contract/errors';
import type { BuildContext } from '../build-context.ts';
import type { DiskIdentity } from '../identity.ts';
import type { Recipe } from '../recipe/recipe-schema.ts';
import type { SystemContent } from '../system-content.ts';
import { textFile } from '../tree/file-tree.ts';
import { makeEsp } from './esp.ts';
import { type DiskPiece, writePartitionTable } from './gpt.ts';
import { grubConfig, makeBootLoader } from './grub.ts';
import { planLayout } from './layout.ts';
import { placeCoreImage, writeMasterBootRecord } from './master-boot-record.ts';
import { writeRootFileSystem } from './root-file-system.ts';

/** Writes the whole disk to `path`, sparse. @throws {DISK_FULL} */
export async function writeDisk(
  path: string,
  recipe: Recipe,
  identity: DiskIdentity,
  content: SystemContent,
  context: BuildContext,
): Promise<void> {
  const layout = planLayout(recipe);
  const config = grubConfig(identity.rootUuid, recipe.boot.commandLine);
  content.tree.add('/boot/grub/grub.cfg', textFile(config, 0o644, content.epochSeconds));
  context.onProgress({ phase: 'root file system' });
  await createSparse(path, layout.sizeBytes);
  await writeRootFileSystem(path, layout, identity, content, context);

  context.onProgress({ phase: 'boot loader' });
  const pieces: DiskPiece[] = [];
  let bootCode: Uint8Array | undefined;
  for (const firmware of [...new Set(recipe.boot.firmware)].sort()) {
    const loader = await makeBootLoader(firmware, identity.rootUuid, context);
    if (loader.firmware === 'bios') {
      bootCode = loader.bootCode;
      pieces.push(placeCoreImage(layout, loader.coreImage));
    } else {
      pieces.push(await makeEsp(layout, identity, loader.programPath, content.epochSeconds, context));
    }
  }
  pieces.push(...writePartitionTable(layout, identity), writeMasterBootRecord(layout, identity, bootCode));
  context.onProgress({ phase: 'write' });
  await writePieces(path, pieces);
}

async function createSparse(path: string, sizeBytes: number): Promise<void> {
  await using file = await open(path, 'wx', 0o644);
  await file.truncate(sizeBytes);
}

async function writePieces(path: string, pieces: readonly DiskPiece[]): Promise<void> {
  await using file = await open(path, 'r+');
  try {
    for (const { bytes, offsetBytes } of pieces) await file.write(bytes, 0, bytes.length, offsetBytes);
    await file.sync();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw fail('DISK_FULL', { path }, error);
    }
    throw error;
  }
}
