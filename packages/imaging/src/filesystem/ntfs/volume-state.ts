import { trust } from '../not-trusted.ts';
import { attributeType } from './attributes.ts';
import { applyFixups } from './fixups.ts';
import { type NtfsVolume, readClusters, readOwnAttribute } from './volume.ts';

const logFileNumber = 2;
const volumeFileNumber = 3;
/** The only flag that may be set: chkdsk has been at work. */
const modifiedByCheck = 0x8000;
const noClient = 0xffff;
const volumeIsCleanFlag = 0x2;
const unclean = 'Windows did not shut down completely (turn off fast startup and shut it down)';

/**
 * Makes sure that the volume was dismounted: it is not marked dirty, and its log has nothing to replay. A hibernated
 * Windows, or one with fast startup, leaves the log open.
 *
 * @throws {NotTrusted}
 */
export async function assertDismounted(volume: NtfsVolume): Promise<void> {
  const information = await readOwnAttribute(volume, volumeFileNumber, attributeType.volumeInformation);
  trust(information.kind === 'resident' && information.bytes.length >= 12, 'it does not tell its state');
  const flags = information.bytes.readUInt16LE(10);
  trust((flags & ~modifiedByCheck) === 0, 'it is marked as dirty (shut Windows down properly)');
  await assertLogClosed(volume);
}

async function assertLogClosed(volume: NtfsVolume): Promise<void> {
  const log = await readOwnAttribute(volume, logFileNumber, attributeType.data);
  trust(log.kind === 'clusters', 'its log makes no sense');
  const first = await readClusters(volume, log.runs, 0, 4096);
  // A log that was never used, or was emptied, is filled with ones.
  if (first.every((byte) => byte === 0xff)) return;
  trust(first.toString('latin1', 0, 4) === 'RSTR', unclean);
  const pageBytes = first.readUInt32LE(16);
  trust(pageBytes >= 512 && pageBytes <= 65_536 && pageBytes % 512 === 0, unclean);
  const pages = [0, pageBytes].map((offset) => readClusters(volume, log.runs, offset, pageBytes));
  const states = (await Promise.all(pages)).map(parseRestartPage);
  // Two copies are written in turn; the newer one counts.
  const newest = states.reduce((best, state) => (state.sequence > best.sequence ? state : best));
  trust(newest.isClosed, unclean);
}

interface RestartState {
  readonly sequence: bigint;
  readonly isClosed: boolean;
}

function parseRestartPage(raw: Buffer): RestartState {
  if (raw.toString('latin1', 0, 4) !== 'RSTR') return { sequence: -1n, isClosed: false };
  const page = applyFixups(raw, 'RSTR');
  const area = page.readUInt16LE(24);
  const majorVersion = page.readInt16LE(28);
  trust(area + 48 <= page.length, 'its log makes no sense');
  const hasNoClient = page.readUInt16LE(area + 12) === noClient;
  const isMarkedClean = (page.readUInt16LE(area + 14) & volumeIsCleanFlag) !== 0;
  // Windows goes back to version 1 when it dismounts for good.
  return {
    sequence: page.readBigUInt64LE(area),
    isClosed: majorVersion === 1 && (hasNoClient || isMarkedClean),
  };
}
