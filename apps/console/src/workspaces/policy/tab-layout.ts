import { policySettings, type Section } from './policy-settings.ts';

/** Settings that belong together, by their paths. */
export interface SettingGroup {
  readonly title?: string;
  readonly description?: string;
  readonly settings: readonly string[];
  /** Side by side where there is room. */
  readonly isGrid?: boolean;
}

const layout: Readonly<Record<Section, readonly SettingGroup[]>> = {
  general: [
    { settings: ['general.supportContact'] },
    {
      title: 'On the screen',
      settings: ['general.display', 'general.frame.isShown', 'general.frame.color'],
    },
    {
      title: 'Check of the computer',
      description: 'Before the workspace starts, a command can look whether the computer is fit for it.',
      settings: [
        'general.hostVerification.command',
        'general.hostVerification.timeoutSeconds',
        'general.hostVerification.isRequired',
      ],
    },
    {
      title: 'Signing in',
      settings: ['general.isOfflineSignInAllowed', 'general.isPasswordSavingAllowed', 'general.precedence'],
    },
  ],
  virtualMachine: [
    { settings: ['virtualMachine.persistence', 'virtualMachine.stopAction'] },
    {
      isGrid: true,
      settings: [
        'virtualMachine.cpus',
        'virtualMachine.countdownSeconds',
        'virtualMachine.lockAfterIdleMinutes',
      ],
    },
    {
      settings: [
        'virtualMachine.isLockedOnSuspend',
        'virtualMachine.isTimeZoneSynchronized',
        'virtualMachine.isSingleSignOnUsed',
      ],
    },
    { title: 'Updates', settings: ['virtualMachine.updateMode'] },
    {
      isGrid: true,
      settings: [
        'virtualMachine.forceAfterHours',
        'virtualMachine.keepVersions',
        'virtualMachine.keepPreviousDays',
      ],
    },
  ],
  applications: [
    {
      title: 'Published applications',
      description: 'Applications of the guest that people start from the computer.',
      settings: ['applications.applications'],
    },
    {
      title: 'Published menus',
      description: 'Folders of the guest’s start menu that appear in the computer’s.',
      settings: ['applications.menus'],
    },
    { title: 'Shortcuts', settings: ['applications.shortcutsFolder'] },
  ],
  web: [
    { title: 'The list', settings: ['web.rules'] },
    { title: 'Where addresses open', settings: ['web.listed', 'web.others'] },
  ],
  vmSetup: [
    { settings: ['vmSetup.isRun', 'vmSetup.message'] },
    { title: 'Name of the guest', settings: ['vmSetup.computerName'] },
    {
      title: 'Actions',
      description: 'One after the other; what has succeeded is not done again.',
      settings: ['vmSetup.actions'],
    },
    { title: 'Names of domains', settings: ['vmSetup.domainNames'] },
  ],
  network: [
    { settings: ['network.mode', 'network.bridgedAdapters'] },
    {
      title: 'Names',
      settings: ['network.dns.mode'],
    },
    { isGrid: true, settings: ['network.dns.primary', 'network.dns.secondary'] },
    {
      settings: ['network.dns.isHostAppended', 'network.suffixes.list', 'network.suffixes.isHostAppended'],
    },
  ],
  performance: [{ title: 'Memory', settings: ['performance.memoryTable'] }],
  delivery: [
    { settings: ['delivery.transferRate', 'delivery.useHostFiles'] },
    {
      title: 'Office peers',
      description: 'Computers of one office give each other what they have of the image, encrypted.',
      settings: [
        'delivery.useOfficePeers',
        'delivery.officePeersUploadRate',
        'delivery.officePeersStoreMiB',
        'delivery.officePeersNetworks',
      ],
    },
  ],
};

/** The groups of a tab; settings of the schema that no group names come last, so that none is left out. */
export function groupsOf(section: Section): readonly SettingGroup[] {
  const groups = layout[section];
  const placed = new Set(groups.flatMap((group) => group.settings));
  const others = [...policySettings.keys()].filter(
    (path) => path.startsWith(`${section}.`) && !placed.has(path),
  );
  return others.length === 0 ? groups : [...groups, { title: 'More', settings: others }];
}
