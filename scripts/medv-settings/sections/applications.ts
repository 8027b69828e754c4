import { policy, type SettingSection } from '../setting-row.ts';

const application = { name: 'Ledger', command: 'C:\\Ledger\\ledger.exe' };
const menu = { name: 'Old tools' };
const published = (more: object) => ({
  besides: { applications: { applications: [{ ...application, ...more }] } },
});
const publishedMenu = (more: object) => ({ besides: { applications: { menus: [{ ...menu, ...more }] } } });

export const applications: SettingSection = {
  title: 'Applications',
  rows: [
    {
      setting: 'Published application: Enabled',
      stand: policy('applications.applications.0.isEnabled', false, published({ isEnabled: false })),
    },
    {
      setting: 'Published application: Display name',
      stand: policy('applications.applications.0.name', 'Ledger', published({})),
      note: 'Two names that differ in case only are refused.',
    },
    {
      setting: 'Published application: Description',
      stand: policy(
        'applications.applications.0.description',
        'The books',
        published({ description: 'The books' }),
      ),
    },
    {
      setting: 'Published application: Command line',
      stand: policy('applications.applications.0.command', application.command, published({})),
    },
    {
      setting: 'Published application: Start menu, Add a shortcut in the host Windows Start menu',
      stand: policy('applications.applications.0.hasShortcut', false, published({ hasShortcut: false })),
    },
    {
      setting: 'Start in',
      stand: policy(
        'applications.applications.0.startIn',
        'C:\\Ledger',
        published({ startIn: 'C:\\Ledger' }),
      ),
    },
    {
      setting: 'Launch this application when the Workspace is started',
      stand: policy(
        'applications.applications.0.startsWithWorkspace',
        true,
        published({ startsWithWorkspace: true }),
      ),
    },
    {
      setting: 'Use MED-V credentials to run this application',
      stand: policy(
        'applications.applications.0.usesSignInCredentials',
        true,
        published({ usesSignInCredentials: true }),
      ),
    },
    {
      setting: 'Publishing of a folder',
      stand: policy(
        'applications.applications.0.command',
        '"C:\\My files"',
        published({ command: '"C:\\My files"' }),
      ),
      note: 'The path alone, with and without single sign-on.',
    },
    {
      setting: 'MapNetworkDrive <drive> <path>',
      stand: policy(
        'applications.applications.0.command',
        'MapNetworkDrive H: \\\\files\\home',
        published({ command: 'MapNetworkDrive H: \\\\files\\home' }),
      ),
    },
    {
      setting: 'Published menu: Enabled',
      stand: policy('applications.menus.0.isEnabled', false, publishedMenu({ isEnabled: false })),
    },
    {
      setting: 'Published menu: Display name',
      stand: policy('applications.menus.0.name', 'Old tools', publishedMenu({})),
    },
    {
      setting: 'Published menu: Description',
      stand: policy(
        'applications.menus.0.description',
        'Until 2030',
        publishedMenu({ description: 'Until 2030' }),
      ),
    },
    {
      setting: 'Published menu: Folder in workspace',
      stand: policy('applications.menus.0.folder', 'Accounting', publishedMenu({ folder: 'Accounting' })),
      note: 'Blank is all programs of the guest.',
    },
    {
      setting: 'Start-menu shortcuts folder',
      stand: policy('applications.shortcutsFolder', 'Old applications'),
      note: 'By default the name of the workspace, so that two workspaces differ without being told to.',
    },
    {
      setting: 'KidaroCommands.exe /run <application> <workspace>',
      stand: { kind: 'none' },
      note: 'Comes with the desktop itself. Until then `carrel agent start` starts the workspace, and applications with `startsWithWorkspace` start with it.',
    },
  ],
};
