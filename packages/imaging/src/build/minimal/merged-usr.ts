const mergedFolders = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/** Where a path of a package lies in a system whose /bin, /lib and the like are links into /usr. */
export function mergedPath(path: string): string {
  const first = path.split('/')[1] ?? '';
  return mergedFolders.includes(first) ? `/usr${path}` : path;
}

/** The links a merged system has in its root, by name. */
export const mergedLinks = ['bin', 'sbin', 'lib', 'lib64'] as const;
