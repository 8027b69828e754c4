// A process of its own, so that its memory can be measured: packs a raw disk into a layout and fetches it again, with
// itself as seed. Arguments: disk, folder. Prints the peak resident memory in bytes after each step, as JSON.
import { join } from 'node:path';
import { openRawFile } from '../disk/raw-file.ts';
import { fetchImage } from '../fetch/fetch-image.ts';
import { packImage } from '../pack/pack-image.ts';
import { layoutIn, testKeys, testMachine } from './packed-image.ts';

const [, , step = '', disk = '', folder = ''] = process.argv;
const repository = layoutIn(folder);
if (step === 'pack') {
  await using source = await openRawFile(disk);
  await packImage({ source, repository, tag: '1', keys: testKeys, machine: testMachine });
} else {
  const seeds = step === 'seed' ? [disk] : [];
  const outputPath = join(folder, 'out.img');
  await fetchImage({ repository, tagOrDigest: '1', keys: testKeys, outputPath, seeds, force: true });
}
process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
