import { policy, type SettingSection } from '../setting-row.ts';

export const general: SettingSection = {
  title: 'General',
  rows: [
    {
      setting: 'Name',
      stand: { kind: 'workspace-field', field: 'name' },
      note: 'May be changed while the workspace runs.',
    },
    { setting: 'Description', stand: { kind: 'workspace-field', field: 'description' } },
    { setting: 'Support contact info', stand: policy('general.supportContact', 'Help desk, extension 4711') },
    {
      setting: 'Workspace UI: Seamless Integration, Full Desktop',
      stand: policy('general.display', 'full-desktop'),
    },
    { setting: 'Draw a frame around each workspace window', stand: policy('general.frame.isShown', false) },
    { setting: 'Frame color', stand: policy('general.frame.color', '#c00000') },
    {
      setting: 'Host Verification: Command line',
      stand: policy('general.hostVerification.command', '/usr/local/bin/check --strict'),
      note: 'A time limit is new: `general.hostVerification.timeoutSeconds`.',
    },
    {
      setting: 'Do not start the Workspace if the verification fails',
      stand: policy('general.hostVerification.isRequired', false),
    },
  ],
};
