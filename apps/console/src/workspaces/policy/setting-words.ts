import type { SettingWords } from '../../schema-fields/index.ts';

const webPlaces = {
  workspace: 'In the workspace',
  host: 'On the computer',
  unchanged: 'Where they were asked for',
} as const;

/** Words for every setting of the policy by its path. A test holds them against the schema. */
export const settingWords: Readonly<Record<string, SettingWords>> = {
  'general.supportContact': {
    label: 'Support contact',
    placeholder: 'Help desk, extension 4711',
    control: 'long',
  },
  'general.display': {
    label: 'Windows',
    choices: {
      seamless: 'Among the computer’s own (seamless)',
      'full-desktop': 'The whole desktop in one window',
    },
    description: 'How people see the guest.',
  },
  'general.frame.isShown': { label: 'Frame around each window' },
  'general.frame.color': { label: 'Frame color', control: 'color' },
  'general.hostVerification.command': {
    label: 'Check command',
    placeholder: 'none',
    control: 'mono',
  },
  'general.hostVerification.timeoutSeconds': { label: 'Time the check has', suffix: ' s' },
  'general.hostVerification.isRequired': { label: 'Do not start when the check fails' },
  'general.isOfflineSignInAllowed': { label: 'Sign-in without a connection' },
  'general.isPasswordSavingAllowed': { label: 'Computers may remember passwords' },
  'general.precedence': {
    label: 'When several grants give it',
    description: 'A denial beats every grant.',
    choices: {
      'least-restrictive': 'The most generous value of each setting counts',
      user: 'What is granted to the user beats what is granted to their groups',
    },
  },
  'virtualMachine.persistence': {
    label: 'Changes in the guest',
    choices: {
      revertible: 'Discard them at every stop (revertible)',
      persistent: 'Keep them (persistent)',
    },
    description: 'A guest that is always as it was tested needs no repair.',
  },
  'virtualMachine.stopAction': {
    label: 'When stopped',
    choices: { shutdown: 'Shut down', save: 'Save to disk' },
    description: 'Saving goes on where people left off, and needs room for the memory of the guest.',
  },
  'virtualMachine.countdownSeconds': { label: 'Countdown before a forced stop', suffix: ' s' },
  'virtualMachine.isSingleSignOnUsed': { label: 'Sign in to the guest with the Carrel credentials' },
  'virtualMachine.isTimeZoneSynchronized': { label: 'Time zone of the computer' },
  'virtualMachine.isLockedOnSuspend': { label: 'Lock when the computer sleeps' },
  'virtualMachine.lockAfterIdleMinutes': {
    label: 'Lock when not used for',
    suffix: ' min',
    placeholder: 'never',
  },
  'virtualMachine.cpus': { label: 'Virtual processors' },
  'virtualMachine.keepVersions': { label: 'Older image versions kept' },
  'virtualMachine.updateMode': {
    label: 'New image versions',
    description:
      'Taken at a start; a workspace that keeps changes begins anew with it, and asks its person first.',
    choices: { suggest: 'Suggested', force: 'At the latest after a time' },
  },
  'virtualMachine.forceAfterHours': { label: 'Put off for at most', suffix: ' h' },
  'virtualMachine.keepPreviousDays': { label: 'Disk from before an update kept', suffix: ' days' },
  'applications.applications': { label: 'Published applications' },
  'applications.menus': { label: 'Published menus' },
  'applications.shortcutsFolder': {
    label: 'Folder of the shortcuts',
    placeholder: 'the name of the workspace',
  },
  'web.listed': {
    label: 'Addresses of the list open',
    description: 'Nothing moves unless it is said here.',
    choices: webPlaces,
  },
  'web.others': { label: 'All other addresses open', description: '', choices: webPlaces },
  'web.rules': {
    label: 'The list',
    description: 'Addresses that open elsewhere than asked. The first rule that fits is named as the reason.',
  },
  'vmSetup.isRun': { label: 'Run the set-up' },
  'vmSetup.message': {
    label: 'Message while it runs',
    placeholder: 'a sentence that asks for patience',
    control: 'long',
  },
  'vmSetup.computerName': { label: 'Pattern of the computer name', control: 'mono' },
  'vmSetup.domainNames': { label: 'Names of domains' },
  'vmSetup.actions': { label: 'Set-up actions' },
  'network.mode': {
    label: 'Network connection',
    description: 'NAT works on every network, and nothing outside can call the guest.',
    choices: {
      nat: 'Through the computer (NAT)',
      bridge: 'An address of its own (bridge)',
      none: 'None',
    },
  },
  'network.bridgedAdapters': {
    label: 'Adapters of the computer',
    placeholder: 'the one of the default route',
  },
  'network.dns.mode': {
    label: 'Name servers',
    description: 'NAT passes the computer’s names on already.',
    choices: {
      unchanged: 'What the image or DHCP says',
      host: 'Those of the computer, kept in step',
      fixed: 'These',
    },
  },
  'network.dns.primary': { label: 'First name server', control: 'mono' },
  'network.dns.secondary': { label: 'Second name server', control: 'mono' },
  'network.dns.isHostAppended': { label: 'Followed by the name servers of the computer' },
  'network.suffixes.list': { label: 'DNS suffixes', placeholder: 'corp.example.com' },
  'network.suffixes.isHostAppended': { label: 'Followed by the suffixes of the computer' },
  'performance.memoryTable': { label: 'Memory table' },
  'delivery.transferRate': { label: 'Transfer rate', placeholder: 'unlimited', control: 'mono' },
  'delivery.useHostFiles': { label: "Use the computer's own files" },
  'delivery.useOfficePeers': { label: 'Share with office peers' },
  'delivery.officePeersUploadRate': { label: 'Rate of giving to peers', control: 'mono' },
  'delivery.officePeersStoreMiB': { label: 'Room kept for peers', suffix: ' MiB' },
  'delivery.officePeersNetworks': { label: 'Networks of offices' },
};
