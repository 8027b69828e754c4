import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskImage } from '../inputs/inputs.ts';
import { medianUsage, type Usage } from '../measure/usage.ts';
import type { WebServer } from '../measure/web-server.ts';
import type { Peer } from '../peers/peer.ts';
import type { Figures } from '../report/figures.ts';
import { repeatCount, shortSeconds } from './repeats.ts';

/** The peers' stores, served by the web server. Each version is packed when it is first asked for. */
export class Stores {
  readonly #packed = new Set<string>();
  readonly #web: WebServer;
  readonly #figures: Figures;

  constructor(web: WebServer, figures: Figures) {
    this.#web = web;
    this.#figures = figures;
  }

  folder(peer: Peer): string {
    return join(this.#web.folder, slug(peer));
  }

  url(peer: Peer): string {
    return `${this.#web.origin}/${slug(peer)}`;
  }

  /** Adds a version, unless it is there. */
  async ensure(peer: Peer, image: DiskImage, old?: DiskImage): Promise<void> {
    const name = `${peer.name} ${old?.name ?? ''} ${image.name}`;
    if (this.#packed.has(name)) return;
    this.#packed.add(name);
    const isFirst = await isEmpty(this.folder(peer));
    const usage = await this.#pack(peer, image, old);
    const usages = [usage];
    while (isFirst && usage.seconds < shortSeconds && usages.length < repeatCount) {
      await rm(this.folder(peer), { recursive: true });
      usages.push(await this.#pack(peer, image, old));
    }
    const storeBytes = await this.sizeBytes(peer);
    this.#figures.add({ scenario: `pack ${image.name}`, who: peer.name, ...medianUsage(usages), storeBytes });
  }

  /** Lengths of all files; what file systems add is left out. */
  async sizeBytes(peer: Peer): Promise<number> {
    const folder = this.folder(peer);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const sizes = await Promise.all(files.map((file) => stat(join(file.parentPath, file.name))));
    return sizes.reduce((sum, { size }) => sum + size, 0);
  }

  async #pack(peer: Peer, image: DiskImage, old: DiskImage | undefined): Promise<Usage> {
    const store = this.folder(peer);
    await mkdir(store, { recursive: true });
    return peer.pack({ image, store, url: this.url(peer), ...(old === undefined ? {} : { old }) });
  }
}

async function isEmpty(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.length === 0;
}

function slug(peer: Peer): string {
  return peer.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
