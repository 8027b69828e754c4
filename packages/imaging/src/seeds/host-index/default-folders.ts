/** Which folders are looked at. The deepest rule that a file lies below decides; an exclusion wins over a tie. */
export interface IndexFolders {
  /** Absolute paths, the likeliest to be found in images first: an index that is full drops from the last. */
  readonly include: readonly string[];
  /** Absolute paths that are passed over, with all below them. */
  readonly exclude: readonly string[];
}

export type IndexPlatform = 'linux' | 'darwin' | 'win32';

/**
 * The folders of the operating system and of programs, which images of the same or a similar system share. Homes of
 * users, caches, logs and temporary files are left out: they are private, change all the time, and are in no image.
 *
 * @param environment of the process; on Windows it names the folders
 */
export function defaultIndexFolders(
  platform: IndexPlatform,
  environment: Readonly<Record<string, string | undefined>>,
): IndexFolders {
  switch (platform) {
    case 'linux':
      return linuxFolders;
    case 'darwin':
      return macFolders;
    case 'win32':
      return windowsFolders(environment);
  }
}

/** The platform whose defaults fit this computer best. */
export function indexPlatform(platform: NodeJS.Platform): IndexPlatform {
  return platform === 'win32' || platform === 'darwin' ? platform : 'linux';
}

const linuxFolders: IndexFolders = {
  // On most systems today bin, sbin and lib are links into usr, which are not followed.
  include: ['/usr', '/lib', '/lib64', '/lib32', '/bin', '/sbin', '/boot', '/opt', '/var/lib/flatpak'],
  exclude: [
    '/proc',
    '/sys',
    '/dev',
    '/run',
    '/tmp',
    '/var/tmp',
    '/var/cache',
    '/var/log',
    '/var/spool',
    '/home',
    '/root',
    '/mnt',
    '/media',
    '/lost+found',
    '/usr/tmp',
    '/boot/efi',
  ],
};

const macFolders: IndexFolders = {
  include: ['/System/Library', '/usr', '/bin', '/sbin', '/Library', '/Applications', '/opt'],
  exclude: [
    '/dev',
    '/Volumes',
    '/Network',
    '/Users',
    '/private',
    '/System/Volumes',
    '/System/Library/Caches',
    '/System/Library/AssetsV2',
    '/Library/Caches',
    '/Library/Logs',
    '/Library/Keychains',
    '/Library/Updates',
    '/Library/Application Support/CrashReporter',
  ],
};

function windowsFolders(environment: Readonly<Record<string, string | undefined>>): IndexFolders {
  const drive = environment['SystemDrive'] ?? 'C:';
  const windows = environment['SystemRoot'] ?? `${drive}\\Windows`;
  const programs = environment['ProgramW6432'] ?? environment['ProgramFiles'] ?? `${drive}\\Program Files`;
  const programs32 = environment['ProgramFiles(x86)'] ?? `${drive}\\Program Files (x86)`;
  const below = (...names: string[]): string[] => names.map((name) => `${windows}\\${name}`);
  return {
    include: [windows, programs, programs32],
    exclude: [
      `${drive}\\Users`,
      `${drive}\\$Recycle.Bin`,
      `${drive}\\System Volume Information`,
      ...below('Temp', 'Logs', 'Prefetch', 'Minidump', 'LiveKernelReports', 'CSC', 'SoftwareDistribution'),
      ...below('ServiceProfiles', 'System32\\config', 'System32\\LogFiles', 'System32\\winevt'),
      ...below('System32\\DriverStore\\Temp', 'System32\\Microsoft\\Protect', 'System32\\sru'),
      `${programs}\\WindowsApps\\Deleted`,
    ],
  };
}
