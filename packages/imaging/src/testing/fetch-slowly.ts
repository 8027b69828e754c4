// A process to be killed in the middle of a fetch: arguments are the layout and the output. Writes one line when
// some of the image is in place, then goes on slowly.
import { fetchImage } from '../fetch/fetch-image.ts';
import { createRateLimiter } from '../rate/index.ts';
import { LayoutRepository } from '../repository/layout/layout-repository.ts';
import { testKeys } from './packed-image.ts';

const [, , path = '', outputPath = ''] = process.argv;
let isTold = false;
await fetchImage({
  repository: new LayoutRepository({ path, name: 'disk' }),
  tagOrDigest: '1',
  keys: testKeys,
  outputPath,
  limiter: createRateLimiter({ rate: [{ speed: { kind: 'absolute', bytesPerSecond: 2_000_000 } }] }),
  onProgress: ({ phase, doneBytes }) => {
    if (isTold || phase !== 'downloading' || (doneBytes ?? 0) < 4_500_000) return;
    isTold = true;
    process.stdout.write('under way\n');
  },
});
