import { type InstancePaths, instancePathsOf } from '../instance/index.ts';

/** What becomes of a file of an instance folder in a backup. */
export type FileFate =
  /** It is an entry under `files/`. */
  | 'kept'
  /** What it holds is among the rows under `database/`. */
  | 'rows'
  /** It is an entry under `repository/`. */
  | 'image'
  /** A new instance makes its own, or it is work under way. */
  | 'not-needed';

/** Files that are copied as they are. The master key is among them wherever the instance keeps it. */
export function keptFiles(paths: InstancePaths): string[] {
  return [
    paths.marker,
    paths.masterKey,
    paths.metricsToken,
    paths.authorityCertificate,
    paths.authorityKey,
    paths.serverCertificate,
    paths.serverKey,
  ];
}

const rules: readonly [RegExp, FileFate][] = [
  [/^server\.sqlite(-wal|-shm)?$/, 'rows'],
  [/^repository\/(blobs|names)\//, 'image'],
  // Uploads under way are begun again by whoever pushes; temporary files and locks go with the process.
  [/^repository\/(uploads|temporary)\//, 'not-needed'],
  [/^server\.lock(\.pid|-journal|-wal|-shm)?$/, 'not-needed'],
  [/^master\.key\.next$/, 'not-needed'],
  [/^[a-z.]+\.[0-9a-f]{12}\.new$/, 'not-needed'],
];

/** @param name path within the folder. @returns `undefined` for a file nobody has decided about */
export function fateOfFile(name: string): FileFate | undefined {
  const root = '/';
  const kept = keptFiles(instancePathsOf(root)).map((path) => path.slice(root.length));
  return kept.includes(name) ? 'kept' : rules.find(([pattern]) => pattern.test(name))?.[1];
}

/** Tables that a backup leaves out, and why. Every other table of the database is in it. */
export const tablesLeftOut: Readonly<Record<string, string>> = {
  sessions: 'people sign in again; a session that was ended since must not live again',
};
