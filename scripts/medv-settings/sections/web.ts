import type { WebRule, WorkspacePolicy } from '@carrel/contract';
import { createWebDecider } from '@carrel/policy';
import { policy, type SettingSection, type Shown } from '../setting-row.ts';

const rule = (kind: WebRule['kind'], value = '') => ({ kind, value });
const opens =
  (url: string, place: string) =>
  (given: WorkspacePolicy): Shown => [[createWebDecider(given.web)(url).opensIn, place]];
const listing = (kind: WebRule['kind'], value?: string) => ({
  besides: { web: { listed: 'workspace', rules: [rule(kind, value)] } },
});

export const web: SettingSection = {
  title: 'Web',
  rows: [
    {
      setting: 'Browse the list of URLs defined in the following table: In the Workspace, In the host',
      stand: policy('web.listed', 'workspace', {
        besides: { web: { rules: [rule('all-local')] } },
        shows: opens('http://payroll/', 'workspace'),
      }),
      note: 'Any browser, not only Internet Explorer.',
    },
    {
      setting: 'Browse all other URLs: In the Workspace, In the host',
      stand: policy('web.others', 'host', { shows: opens('https://example.com/', 'host') }),
      note: 'Off is `unchanged`.',
    },
    {
      setting: 'Domain suffix',
      stand: policy('web.rules.0', rule('domain-suffix', 'example.com'), {
        ...listing('domain-suffix', 'example.com'),
        shows: opens('https://www.example.com/', 'workspace'),
      }),
    },
    {
      setting: 'IP Prefix',
      stand: policy('web.rules.0', rule('ip-prefix', '10.1'), {
        ...listing('ip-prefix', '10.1'),
        shows: opens('http://10.1.2.3/', 'workspace'),
      }),
      note: 'Also networks such as 10.0.0.0/8, and IPv6.',
    },
    {
      setting: 'All Local Addresses',
      stand: policy('web.rules.0', rule('all-local'), {
        ...listing('all-local'),
        shows: opens('http://intranet/start', 'workspace'),
      }),
    },
    {
      setting: '2.0: URL with wildcards',
      stand: policy('web.rules.0', rule('url', 'https://*.example.com/erp/*'), {
        ...listing('url', 'https://*.example.com/erp/*'),
        shows: opens('https://a.example.com/erp/1', 'workspace'),
      }),
    },
  ],
};
