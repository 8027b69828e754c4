import type { ProductProfile } from './profile.ts';

const delivery = 'bench/README.md, Image delivery against its peers';

/** Carrel, by what was measured of it. */
export const carrelProfile: ProductProfile = {
  name: 'carrel',
  title: 'Carrel',
  limits: {
    clientsPerInstance: 93_150,
    clientsMeasured: 5000,
    contactsPerSecond: 207,
    policyIntervalSeconds: 900,
    imageIntervalSeconds: 14_400,
    eventIntervalSeconds: 60,
    serverCores: 2,
    serverGhz: 0,
    serverMemoryGb: 4,
    workspaceBytes: 30_000,
    hasImageSum: false,
    versionsKept: 3,
    packedShare: 0.35,
    changedShare: 0.37,
    bootShare: 0.064,
    hasEarlyStart: true,
    hasOfficePeers: true,
    headerShare: 0.054,
    officePeerCopies: 1.03,
    officePeerMbitPerSecond: 160,
    repositoryMbitPerSecond: 3000,
    databaseWritesPerSecond: 600,
    needsDatabaseForContact: true,
  },
  sources: {
    clientsPerInstance:
      'derived: 207 contacts a second × 900 s between two of a client × half of the server; no instance of this size was measured',
    clientsMeasured: 'bench/README.md, The contacts of 5,000 devices',
    contactsPerSecond: 'bench/README.md, The contacts of 5,000 devices: the slowest round, on PostgreSQL',
    policyIntervalSeconds: 'docs/reference/settings.md: contact.policySeconds',
    imageIntervalSeconds: 'docs/reference/settings.md: contact.imageSeconds',
    eventIntervalSeconds: 'docs/reference/settings.md: contact.eventSeconds',
    serverCores: 'bench/README.md: the machine of every measurement',
    serverGhz: 'any: the measurements name no clock rate',
    serverMemoryGb: 'bench/README.md: 444 MiB at most in the server, beside database and system',
    workspaceBytes: 'planning guide, step 3: 30 KB; not less, to stay on the safe side',
    hasImageSum: 'docs/image-format.md: a repository holds packed blocks',
    versionsKept: 'assumed: the one in use, the one before, and the next one on its way',
    packedShare: `${delivery}: 213 MB of 620 MB of data`,
    changedShare: `${delivery}: 79.1 MB of 213 MB, updated in place`,
    bootShare: 'published for container images (AWS SOCI: 6.4 %); not measured for whole guests',
    hasEarlyStart: 'docs/architecture.md: the guest starts before the download ends',
    hasOfficePeers: 'docs/office-peers.md',
    headerShare:
      'bench/README.md, A rollout to thirty real agents beside the simulator: 5.4 % of the bytes on the lines',
    officePeerCopies: 'docs/office-peers.md: 1.03 copies over the line, three computers',
    officePeerMbitPerSecond: 'docs/office-peers.md: officePeersUploadRate 20M by default',
    repositoryMbitPerSecond: 'bench/README.md, The built-in repository: 64 KiB ranges over HTTPS',
    databaseWritesPerSecond:
      'bench/README.md, The contacts of 5,000 devices: 300 contacts a second on SQLite, two durable commits each',
    needsDatabaseForContact: 'docs/architecture.md: every answer to a device is read from the database',
  },
};
