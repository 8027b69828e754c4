import type { SettingWords } from '../../schema-fields/index.ts';

/** Words for the fields of the policy's lists, by list and field. */
export const entryWords: Readonly<Record<string, Readonly<Record<string, SettingWords>>>> = {
  'applications.applications': {
    name: { label: 'Name' },
    description: { label: 'Description' },
    command: { label: 'Command line', placeholder: 'C:\\Program Files\\App\\app.exe', control: 'mono' },
    startIn: { label: 'Start in', placeholder: 'the program’s own folder', control: 'mono' },
    isEnabled: { label: 'Published' },
    hasShortcut: { label: 'Shortcut in the start menu' },
    startsWithWorkspace: { label: 'Start with the workspace' },
    usesSignInCredentials: { label: 'Run as the person who signed in' },
  },
  'applications.menus': {
    name: { label: 'Name' },
    description: { label: 'Description' },
    folder: { label: 'Folder in the guest', placeholder: 'all programs', control: 'mono' },
    isEnabled: { label: 'Published' },
  },
  'vmSetup.domainNames': {
    netBiosName: { label: 'Short name', placeholder: 'CORP', control: 'mono' },
    dnsName: { label: 'Full name', placeholder: 'corp.example.com', control: 'mono' },
  },
  'vmSetup.actions': {
    name: { label: 'Remembered as', placeholder: 'its kind and place' },
    progressMessage: { label: 'Message while it runs', placeholder: 'a sentence of its kind' },
    failureMessage: { label: 'Message when it failed', placeholder: 'a sentence of its kind' },
    timeoutSeconds: { label: 'Time for one attempt', suffix: ' s' },
    attempts: { label: 'Attempts' },
    address: { label: 'Address', placeholder: 'dc1.corp.example.com', control: 'mono' },
    port: { label: 'TCP port', placeholder: '389' },
    domain: { label: 'Domain', placeholder: 'that of the person who signed in', control: 'mono' },
    organizationalUnit: {
      label: 'Organizational unit',
      placeholder: 'where the domain puts computers',
      control: 'mono',
    },
    account: { label: 'Account', placeholder: 'the person who signed in', control: 'mono' },
    secret: { label: 'Secret with its password', placeholder: 'none', control: 'mono' },
    path: { label: 'Program', placeholder: 'C:\\Windows\\System32\\reg.exe', control: 'mono' },
    arguments: { label: 'Arguments', placeholder: 'one each, then Enter' },
    inputSecret: { label: 'Secret given on standard input', placeholder: 'none', control: 'mono' },
    waitsForExit: { label: 'Wait until it ends' },
    failsOnError: { label: 'Other exit codes are failures' },
    successCodes: { label: 'Exit codes of success' },
    isOnce: { label: 'Only once' },
    causesRestart: { label: 'It restarts the guest' },
    isInteractive: { label: 'It may show windows' },
  },
};

/** What the kinds of set-up actions are called. */
export const actionLabels: Readonly<Record<string, string>> = {
  rename: 'Rename the computer',
  restart: 'Restart',
  'check-connectivity': 'Check a connection',
  'join-domain': 'Join a domain',
  command: 'Run a command',
  'disable-auto-logon': 'Turn automatic sign-in off',
};
