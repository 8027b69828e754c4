import { join } from 'node:path';

/** What an instance folder holds. Everything in it is private to the server. */
export interface InstancePaths {
  readonly folder: string;
  /** Written last by `init`: its presence says that the instance is whole. */
  readonly marker: string;
  readonly lock: string;
  readonly masterKey: string;
  readonly metricsToken: string;
  readonly authorityCertificate: string;
  readonly authorityKey: string;
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly database: string;
  /** The built-in repository's blobs and manifests. */
  readonly repository: string;
}

export function instancePathsOf(folder: string): InstancePaths {
  return {
    folder,
    marker: join(folder, 'instance.json'),
    lock: join(folder, 'server.lock'),
    masterKey: join(folder, 'master.key'),
    metricsToken: join(folder, 'metrics.token'),
    authorityCertificate: join(folder, 'authority.crt'),
    authorityKey: join(folder, 'authority.key'),
    serverCertificate: join(folder, 'server.crt'),
    serverKey: join(folder, 'server.key'),
    database: join(folder, 'server.sqlite'),
    repository: join(folder, 'repository'),
  };
}
