import { createHash } from 'node:crypto';

/**
 * The hardware address of a card of a guest: always the same, and another for every guest of every computer, as bridged
 * guests of many computers meet on one network. Locally administered and of one station (IEEE 802), the other 46 bits
 * from a hash.
 *
 * @param identity names the guest among all guests everywhere
 * @param position of the card, counted from 0
 */
export function hardwareAddress(identity: string, position: number): string {
  const bytes = createHash('sha256').update(`${identity}\n${position}`).digest().subarray(0, 6);
  bytes.writeUInt8((bytes.readUInt8(0) & 0xfc) | 0x02, 0);
  return [...bytes.toString('hex').matchAll(/../g)].join(':');
}
