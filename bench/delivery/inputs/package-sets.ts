/** What the systems of a run are made of. All are Debian 12; `important` packages come on top. */
export interface PackageSets {
  readonly variant: 'important' | 'minbase';
  /** The image, from the last point release; its update is what Debian has published since. */
  readonly image: readonly string[];
  /** An image for other people. */
  readonly other: readonly string[];
  /** A computer that images come to: patched, with programs of its own. */
  readonly host: readonly string[];
}

const bootable = ['linux-image-cloud-amd64', 'initramfs-tools', 'systemd-sysv'];

export const wholeSets: PackageSets = {
  variant: 'important',
  image: [
    ...bootable,
    ...['openssh-server', 'ca-certificates', 'curl', 'git', 'python3', 'python3-lxml', 'nginx', 'apache2'],
    ...['bind9-dnsutils', 'sudo', 'rsync', 'tmux', 'jq', 'sqlite3', 'libnss3', 'perl', 'xz-utils'],
  ],
  other: [...bootable, 'openssh-server', 'postgresql', 'nodejs'],
  host: [
    ...[...bootable, 'ca-certificates', 'curl', 'git', 'vim', 'python3', 'perl', 'xz-utils', 'sudo'],
    ...['build-essential', 'python3-numpy', 'firefox-esr', 'libreoffice-writer'],
  ],
};

/** Small ones, to try the benchmark itself. */
export const quickSets: PackageSets = {
  variant: 'minbase',
  image: ['openssl', 'perl', 'curl', 'ca-certificates'],
  other: ['python3-minimal', 'vim-tiny'],
  host: ['git', 'openssl', 'perl', 'ca-certificates'],
};
