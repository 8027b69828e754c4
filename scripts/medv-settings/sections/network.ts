import { resolveMemoryMiB, resolveNames } from '@carrel/policy';
import { command, policy, type SettingSection } from '../setting-row.ts';

const fixed = { network: { dns: { mode: 'fixed', primary: '10.0.0.53' } } };
/** What a computer looks names up with. */
const host = { servers: ['192.168.1.1'], suffixes: ['home.example'] };

export const network: SettingSection = {
  title: 'Network',
  rows: [
    {
      setting: "Use host's IP address (NAT), Use different IP address than host (Bridge)",
      stand: policy('network.mode', 'bridge'),
      note: 'Where the computer has no adapter for it the start is refused (`BRIDGE_UNAVAILABLE`).',
    },
    {
      setting: 'Map multiple adapters into Workspace',
      stand: policy('network.bridgedAdapters', ['eth0', 'wlan0'], {
        besides: { network: { mode: 'bridge' } },
      }),
      note: 'As in MED-V, an adapter that gets its link later is mapped at the next start.',
    },
    {
      setting: "DNS: Don't change, Use Host's DNS address",
      stand: policy('network.dns.mode', 'host', {
        shows: ({ network }) => [[resolveNames(network, host).servers, ['192.168.1.1']]],
      }),
    },
    {
      setting: 'DNS: Use specific DNS addresses',
      stand: policy('network.dns.mode', 'fixed', {
        besides: fixed,
        shows: ({ network }) => [[resolveNames(network, host).servers, ['10.0.0.53']]],
      }),
    },
    { setting: 'DNS: Primary', stand: policy('network.dns.primary', '10.0.0.53', { besides: fixed }) },
    {
      setting: 'DNS: Secondary',
      stand: policy('network.dns.secondary', '10.0.0.54', {
        besides: fixed,
        shows: ({ network }) => [[resolveNames(network, host).servers, ['10.0.0.53', '10.0.0.54']]],
      }),
    },
    {
      setting: "DNS: Append Host's DNS addresses",
      stand: policy('network.dns.isHostAppended', true, {
        besides: fixed,
        shows: ({ network }) => [[resolveNames(network, host).servers, ['10.0.0.53', '192.168.1.1']]],
      }),
    },
    {
      setting: 'Assign the following suffixes',
      stand: policy('network.suffixes.list', ['corp.example.com', 'example.com'], {
        shows: ({ network }) => [[resolveNames(network, host).suffixes, ['corp.example.com', 'example.com']]],
      }),
    },
    {
      setting: 'Append host suffixes',
      stand: policy('network.suffixes.isHostAppended', true, {
        shows: ({ network }) => [[resolveNames(network, host).suffixes, ['home.example']]],
      }),
    },
  ],
};

export const performance: SettingSection = {
  title: 'Performance',
  rows: [
    {
      setting: "Adjust VM memory, based on amount of the Host machine's physical memory",
      stand: policy('performance.memoryTable', [{ hostMiB: 4096, guestMiB: 768 }], {
        shows: ({ performance: { memoryTable } }) => [[resolveMemoryMiB(memoryTable, 8192, 1), 768]],
      }),
      note: 'Cleared is a table of one row.',
    },
    {
      setting: 'Host Memory → VM Memory rows',
      stand: policy(
        'performance.memoryTable',
        [
          { hostMiB: 2048, guestMiB: 512 },
          { hostMiB: 8192, guestMiB: 3000 },
        ],
        {
          shows: ({ performance: { memoryTable } }) => [
            [resolveMemoryMiB(memoryTable, 4096, 1), 512],
            [resolveMemoryMiB(memoryTable, 16_384, 1), 3000],
          ],
        },
      ),
    },
  ],
};

export const transport: SettingSection = {
  title: 'Import and export of a policy',
  rows: [
    { setting: 'Export', stand: command('carrel workspace export') },
    {
      setting: 'Import',
      stand: command('carrel workspace import', '--dry-run'),
      note: 'Merges by name and shows what would change; MED-V replaced everything.',
    },
  ],
};
