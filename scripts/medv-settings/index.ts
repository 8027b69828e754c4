import { applications } from './sections/applications.ts';
import { installation, session, tools, trayMenu } from './sections/client.ts';
import { deployment } from './sections/deployment.ts';
import { general } from './sections/general.ts';
import { network, performance, transport } from './sections/network.ts';
import { virtualMachine } from './sections/virtual-machine.ts';
import { vmSetup } from './sections/vm-setup.ts';
import { web } from './sections/web.ts';
import type { SettingSection } from './setting-row.ts';

/** Every setting of MED-V's policy and client, tab by tab, with what stands for it. */
export const medvSettings: readonly SettingSection[] = [
  general,
  virtualMachine,
  deployment,
  applications,
  web,
  vmSetup,
  network,
  performance,
  transport,
  installation,
  trayMenu,
  session,
  tools,
];
