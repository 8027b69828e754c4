import { command, policy, type SettingSection } from '../setting-row.ts';

export const installation: SettingSection = {
  title: 'Client: installation',
  rows: [
    {
      setting: 'Server address, Server port, https (SERVER_ADDRESS, SERVER_PORT, SERVER_SSL)',
      stand: { kind: 'agent-option', option: 'enrol SERVER' },
      note: 'One address, always HTTPS.',
    },
    {
      setting: 'Images folder (VMSFOLDER)',
      stand: { kind: 'agent-option', option: '--data DIR' },
      note: "The agent's folder, which has the images in it.",
    },
    {
      setting: 'INSTALLDIR, /quiet, /log, SKIP_OS_CHECK',
      stand: { kind: 'none' },
      note: 'Left to the package manager that installs Carrel; packages are part of deployment.',
    },
    {
      setting: 'Management application (INSTALL_ADMIN_TOOLS)',
      stand: command('carrel login'),
      note: 'The console is a page of the server; the command line has everything it has.',
    },
    {
      setting: 'Load at Windows start (START_AUTOMATICALLY), START_MEDV',
      stand: { kind: 'agent-option', option: 'carrel agent run' },
      note: 'A service of the computer: whether it starts is said to the service manager.',
    },
    {
      setting: 'Desktop shortcut (DESKTOP_SHORTCUT)',
      stand: policy('applications.applications.0.hasShortcut', false, {
        besides: { applications: { applications: [{ name: 'A', command: 'a', hasShortcut: false }] } },
      }),
      note: 'Shortcuts are of applications.',
    },
    {
      setting: 'MINIMAL_RAM_REQUIRED',
      stand: policy('performance.memoryTable', [{ hostMiB: 8192, guestMiB: 2048 }]),
      note: 'A start is refused with the numbers when the computer cannot spare the memory.',
    },
    {
      setting: 'Uninstall leaves the images folder',
      stand: command('carrel device wipe'),
      note: 'Destroys the keys first, then the files.',
    },
  ],
};

export const trayMenu: SettingSection = {
  title: 'Client: tray menu',
  rows: [
    { setting: 'Start Workspace', stand: command('carrel agent start') },
    { setting: 'Stop Workspace', stand: command('carrel agent stop') },
    {
      setting: 'Restart Workspace',
      stand: command('carrel agent restart'),
      note: 'A persistent one reboots, a revertible one returns to its image.',
    },
    { setting: 'Lock Workspace', stand: command('carrel agent lock') },
    { setting: 'Unlock Workspace (password)', stand: command('carrel agent unlock', '--password-file') },
    {
      setting: 'Settings: Load MED-V after Windows logon',
      stand: { kind: 'agent-option', option: 'carrel agent run' },
      note: 'The agent runs before anybody signs in.',
    },
    {
      setting: 'Settings: Start Workspace when MED-V starts',
      stand: command('carrel agent start'),
      note: "An entry of the person's own session start.",
    },
    {
      setting: 'Settings: Server address, Server port, Encrypt connections (HTTPS)',
      stand: command('carrel agent status'),
      note: 'Shown; changed by enrolling again, because a device belongs to one instance.',
    },
    {
      setting: 'Tools: File Transfer',
      stand: { kind: 'none' },
      note: 'Comes with the desktop itself; what it may do is in the lease already.',
    },
    { setting: 'Tools: Image Downloads', stand: command('carrel agent pull') },
    { setting: 'Help: Diagnostics', stand: command('carrel agent status', '--json') },
    { setting: 'Help: About', stand: command('carrel', '--version') },
    { setting: 'Exit', stand: command('carrel agent stop') },
  ],
};

export const session: SettingSection = {
  title: 'Client: session',
  rows: [
    {
      setting: 'Selection window: Start the selected Workspace without asking me',
      stand: command('carrel agent start'),
      note: 'The workspace is named; there is nothing to select.',
    },
    {
      setting: 'Login',
      stand: command('carrel agent sign-in', '--user'),
      note: '`DOMAIN\\user`, `user@domain` or the plain name.',
    },
    {
      setting: 'Save my password (EnableSavePassword)',
      stand: policy('general.isPasswordSavingAllowed', true),
    },
    {
      setting: 'Start last used Workspace (remove)',
      stand: command('carrel agent status'),
      note: 'Nothing is started unasked, so there is nothing to remove.',
    },
    {
      setting: 'Not startable from an elevated prompt',
      stand: { kind: 'none' },
      note: 'The agent is a service; guests run as users of their own, without rights.',
    },
    {
      setting: '"New image ready" message',
      stand: { kind: 'event', code: 'IMAGE-002' },
    },
    {
      setting: 'Offline: server down and offline not allowed',
      stand: { kind: 'event', code: 'LEASE-004' },
      note: 'The countdown begins after a retry window of two minutes.',
    },
    {
      setting: 'Offline: sign-in',
      stand: policy('general.isOfflineSignInAllowed', false),
    },
    {
      setting: 'Events queue on the client; Time Received and Client Time',
      stand: { kind: 'route', id: 'sendEvents' },
    },
    {
      setting: 'Expiry takes effect at next refresh, without a warning',
      stand: { kind: 'event', code: 'LEASE-003' },
      note: 'It takes effect at the moment it is due, within a minute, after warnings and a countdown.',
    },
    {
      setting: 'Time of the countdown',
      stand: policy('virtualMachine.countdownSeconds', 300),
      note: 'New: MED-V ended nothing.',
    },
    {
      setting: 'Deletion runs at stop',
      stand: { kind: 'event', code: 'LEASE-006' },
      note: 'The workspace is ended, then its keys are destroyed, then its files.',
    },
  ],
};

export const tools: SettingSection = {
  title: 'Client: tools',
  rows: [
    {
      setting: 'File Transfer: direction, File to copy, Copy a folder, Destination, Start',
      stand: { kind: 'none' },
      note: 'Comes with the desktop itself; the directions, extensions and checks of the assignment are in the lease.',
    },
    { setting: 'Diagnostics: gather logs to desktop', stand: command('carrel report activity', '--host') },
    { setting: 'Diagnostics: update policy now', stand: command('carrel agent sync') },
    {
      setting: 'Diagnostics: interval of policy updates',
      stand: { kind: 'instance-setting', name: 'contact.policySeconds' },
      note: 'Was fixed at 15 minutes, which is the default.',
    },
    {
      setting: 'Diagnostics: enable/disable diagnostic mode (shows hidden VM window)',
      stand: policy('general.display', 'full-desktop'),
    },
    { setting: 'Diagnostics: browse image store', stand: command('carrel agent status', '--data') },
    {
      setting: 'Shared folders (manual)',
      stand: policy('network.mode', 'bridge'),
      note: 'By bridge and mapped drives, which `MapNetworkDrive` connects.',
    },
  ],
};
