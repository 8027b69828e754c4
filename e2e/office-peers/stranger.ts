// A computer of the segment that does not hold the key: looks for peers, and tries to get something from them.
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:tls';
import { repositoryKeyFrom } from '@carrel/imaging';
import { isAppError, systemClock } from '@carrel/kit';
import { Discovery } from '../../apps/agent/src/peers/discovery.ts';
import { derivePeerKey } from '../../apps/agent/src/peers/peer-key.ts';
import { PeerLink } from '../../apps/agent/src/peers/peer-link.ts';
import { PeerTable, type SeenPeer } from '../../apps/agent/src/peers/peer-table.ts';
import { findSegments } from '../../apps/agent/src/peers/segments.ts';
import { tell } from './tell.ts';

const [packDigest = ''] = process.argv.slice(2);
const [segment] = findSegments(networkInterfaces(), ['10.90.0.0/24']);
if (!segment) throw new Error('There is no office.');
const peers = new PeerTable(systemClock);
const onTrouble = (error: unknown): boolean => process.stderr.write(`${String(error)}\n`);
const id = randomBytes(16).toString('hex');
await using _discovery = new Discovery({
  segment,
  id,
  port: 47_600,
  peers,
  clock: systemClock,
  random: Math.random,
  onTrouble,
});
while (peers.list().length === 0) await systemClock.sleep(20);
const [peer] = peers.list();
if (!peer) throw new Error('There is no peer.');

/** What a request with a key that is not the image's ends with. */
async function tryKey(seen: SeenPeer): Promise<string[]> {
  using link = new PeerLink(seen, derivePeerKey(repositoryKeyFrom(randomBytes(32))));
  const { signal } = new AbortController();
  const range = { offsetBytes: 0, lengthBytes: 1_000 };
  const tries = [
    () => link.ask(packDigest, signal),
    () => Array.fromAsync(link.read(packDigest, range, false, signal)),
    () => Array.fromAsync(link.read(packDigest, range, true, signal)),
  ];
  return await Promise.all(
    tries.map(async (attempt) => {
      try {
        await attempt();
        return 'answered';
      } catch (error) {
        return isAppError(error) ? error.code : String(error);
      }
    }),
  );
}

/** What a client that knows of no keys at all hears. */
function tryWithoutKey({ address: host, port }: SeenPeer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false }, () => resolve('connected'));
    socket.once('error', () => resolve('refused'));
  });
}

tell({ seen: peer.port, withOtherKey: await tryKey(peer), withoutKey: await tryWithoutKey(peer) });
