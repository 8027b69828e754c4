import type { ImageVersion } from '@carrel/contract';
import { formatBytes } from '@carrel/kit';
import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { Facts, formatTime } from '../ui/index.ts';

export interface VersionDetailsProps {
  /** Open while there is one. */
  readonly version: ImageVersion | undefined;
  readonly onClose: () => void;
}

/** Everything known of one version. */
export function VersionDetails({ version, onClose }: VersionDetailsProps): ReactNode {
  return (
    <Drawer
      opened={version !== undefined}
      onClose={onClose}
      position="right"
      title={version === undefined ? '' : `Version ${version.number}`}
    >
      {version === undefined ? null : <Facts facts={factsOf(version)} />}
    </Drawer>
  );
}

function factsOf(version: ImageVersion) {
  const { machine } = version;
  return [
    { label: 'Made', value: `${formatTime(version.createdAt)} by ${version.createdBy}` },
    { label: 'Published', value: version.publishedAt === null ? 'not yet' : formatTime(version.publishedAt) },
    { label: 'Notes', value: version.notes === '' ? '—' : version.notes },
    { label: 'Virtual size', value: formatBytes(version.virtualSizeBytes) },
    { label: 'Data', value: formatBytes(version.dataBytes) },
    { label: 'Stored', value: formatBytes(version.storedBytes) },
    { label: 'Firmware', value: machine.firmware === 'uefi' ? 'UEFI' : 'BIOS' },
    { label: 'Disk bus', value: machine.diskBus },
    { label: 'Network card', value: machine.networkCard },
    { label: 'Guest system', value: machine.guestOs },
    { label: 'Guest agent', value: machine.hasGuestAgent ? 'answers' : 'none' },
    { label: 'Needs at least', value: `${machine.minimumCpus} CPU, ${machine.minimumMemoryMiB} MiB` },
    { label: 'Reference', value: <span className="mono">{version.reference}</span> },
    { label: 'Manifest', value: <span className="mono">{version.manifestDigest}</span> },
    { label: 'Repository key', value: <span className="mono">{version.keyId}</span> },
  ];
}
