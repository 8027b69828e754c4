// A process to be killed in the middle of a refresh: arguments are the folder of the index and the folder to be
// indexed. Writes one line once files are in, then goes on slowly.
import { DatabaseSync } from 'node:sqlite';
import { testKey } from '../../testing/packed-image.ts';
import { HostIndex } from '../host-index/host-index.ts';

const [, , indexFolder = '', folder = ''] = process.argv;
let isTold = false;
await new HostIndex(indexFolder).refresh({
  key: testKey,
  folders: { include: [folder], exclude: [] },
  rateBytesPerSecond: 400_000,
  onProgress: () => {
    if (isTold) return;
    const database = new DatabaseSync(`${indexFolder}/${testKey.keyId}.sqlite`, { readOnly: true });
    isTold = Number(database.prepare('SELECT count(*) AS files FROM files').get()?.['files']) > 0;
    database.close();
    if (isTold) process.stdout.write('under way\n');
  },
});
