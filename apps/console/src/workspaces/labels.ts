import type { WorkspacePolicy } from '@carrel/contract';

type Labels = { readonly [S in keyof WorkspacePolicy]: Readonly<Record<keyof WorkspacePolicy[S], string>> };

/** Names of the tabs, one a section of the policy. */
export const sectionLabels: Readonly<Record<keyof WorkspacePolicy, string>> = {
  general: 'General',
  virtualMachine: 'Virtual machine',
  network: 'Network',
  performance: 'Performance',
  delivery: 'Delivery',
};

/** Names of every field of the policy; a field without one does not compile. */
export const policyLabels: Labels = {
  general: { supportContact: 'Support contact' },
  virtualMachine: {
    persistence: 'Changes in the guest',
    stopAction: 'When stopped',
    countdownSeconds: 'Countdown before a forced stop',
    cpus: 'Virtual processors',
    keepVersions: 'Older image versions kept',
  },
  network: { mode: 'Network connection' },
  performance: { memoryTable: 'Memory table' },
  delivery: {
    transferRate: 'Transfer rate',
    useHostFiles: "Use the computer's own files",
    useOfficePeers: 'Share with office peers',
    officePeersUploadRate: 'Rate of giving to peers',
    officePeersStoreMiB: 'Room kept for peers',
    officePeersNetworks: 'Networks of offices',
  },
};

/** Names of the fields outside the policy. */
export const workspaceLabels = {
  name: 'Name',
  description: 'Description',
  imageId: 'Image',
  channel: 'Channel',
} as const;

/** The words for the values of choices. */
export const choiceLabels: Readonly<Record<string, string>> = {
  persistent: 'Keep them (persistent)',
  revertible: 'Discard them at every stop (revertible)',
  save: 'Save to disk',
  shutdown: 'Shut down',
  nat: 'Through the computer (NAT)',
  none: 'None',
};
