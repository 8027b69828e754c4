import { describe, expect, it } from 'vitest';
import { setLinuxNames } from './linux-names.ts';
import { rewriteResolverFile } from './resolver-file.ts';
import { cardAddress, scriptedGuest } from './testing/scripted-guest.ts';
import { setWindowsNames } from './windows-names.ts';

const cards = [cardAddress];
const nothing = { servers: null, suffixes: null };
const both = { servers: ['10.0.0.53', 'fd00::53'], suffixes: ['corp.example', 'example.org'] };

describe('the resolver file of a Linux guest', () => {
  const given = 'search site.example\nnameserver 10.0.2.3\noptions rotate\n';
  const lines = (text: string): string[] => text.split('\n').filter((line) => line && !line.startsWith('#'));

  it('names what the policy says and keeps the rest', () => {
    expect(lines(rewriteResolverFile(given, both))).toEqual([
      'search corp.example example.org',
      'nameserver 10.0.0.53',
      'nameserver fd00::53',
      'options rotate',
    ]);
    expect(lines(rewriteResolverFile(given, { ...nothing, suffixes: ['corp.example'] }))).toEqual([
      'search corp.example',
      'nameserver 10.0.2.3',
      'options rotate',
    ]);
  });

  it('becomes what it was when the policy says nothing any more, however often it was changed', () => {
    const once = rewriteResolverFile(given, both);
    expect(rewriteResolverFile(once, both)).toBe(once);
    const twice = rewriteResolverFile(once, { ...nothing, servers: ['10.0.0.54'] });
    expect(lines(twice)).toContain('search site.example');
    expect(rewriteResolverFile(twice, nothing)).toBe(given);
    expect(rewriteResolverFile(given, nothing)).toBe(given);
  });

  it('is written only when it differs', async () => {
    const guest = scriptedGuest('eth0');
    guest.files.set('/etc/resolv.conf', given);
    await setLinuxNames(guest.agent, both, cards, false);
    await setLinuxNames(guest.agent, both, cards, false);
    expect(guest.commands).toEqual(['write /etc/resolv.conf']);
    expect(guest.files.get('/etc/resolv.conf')).toBe(rewriteResolverFile(given, both));
  });
});

describe('a Linux guest with systemd-resolved', () => {
  const stub =
    '# This is /run/systemd/resolve/stub-resolv.conf managed by man:systemd-resolved(8).\nnameserver 127.0.0.53\n';

  it('is told through it, for its network card alone', async () => {
    const guest = scriptedGuest('enp0s3');
    guest.files.set('/etc/resolv.conf', stub);
    await setLinuxNames(guest.agent, both, cards, false);
    await setLinuxNames(guest.agent, { ...nothing, suffixes: ['corp.example'] }, cards, true);
    await setLinuxNames(guest.agent, nothing, cards, true);
    await setLinuxNames(guest.agent, nothing, cards, false);
    expect(guest.commands).toEqual([
      'resolvectl dns enp0s3 10.0.0.53 fd00::53',
      'resolvectl domain enp0s3 corp.example example.org',
      'resolvectl revert enp0s3',
      'resolvectl domain enp0s3 corp.example',
      'resolvectl revert enp0s3',
    ]);
  });

  it('says so when it refuses', async () => {
    const guest = scriptedGuest('enp0s3', () => undefined);
    guest.files.set('/etc/resolv.conf', stub);
    await expect(setLinuxNames(guest.agent, both, cards, false)).rejects.toMatchObject({
      code: 'GUEST_AGENT_REFUSED',
    });
  });
});

describe('a Windows guest', () => {
  /** Keeps the values that are set, as the registry does. */
  function windows(refuses: (command: string) => boolean = () => false) {
    const values = new Map<string, string>();
    const guest = scriptedGuest('Ethernet 2', (command) => {
      if (refuses(command)) return undefined;
      const [, set, value] = /^reg\.exe add \S+ \/v (\S+) \/t REG_SZ \/d (.*) \/f$/.exec(command) ?? [];
      if (set !== undefined) values.set(set, value ?? '');
      const asked = /^reg\.exe query \S+ \/v (\S+)$/.exec(command)?.[1];
      if (asked === undefined) return '';
      if (!values.has(asked)) return undefined;
      return `\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Carrel\r\n    ${asked}    REG_SZ    ${values.get(asked)}\r\n\r\n`;
    });
    return { ...guest, values };
  }

  it('gets static servers for both families and a search list, once', async () => {
    const guest = windows();
    await setWindowsNames(guest.agent, both, cards);
    expect(guest.commands.filter((command) => command.startsWith('netsh'))).toEqual([
      'netsh.exe interface ipv4 set dnsservers name=Ethernet 2 source=static address=none',
      'netsh.exe interface ipv4 add dnsservers name=Ethernet 2 address=10.0.0.53 validate=no',
      'netsh.exe interface ipv6 set dnsservers name=Ethernet 2 source=static address=none',
      'netsh.exe interface ipv6 add dnsservers name=Ethernet 2 address=fd00::53 validate=no',
    ]);
    expect(guest.values.get('SearchList')).toBe('corp.example,example.org');
    const count = guest.commands.length;
    await setWindowsNames(guest.agent, both, cards);
    expect(guest.commands.slice(count)).toEqual(['reg.exe query HKLM\\SOFTWARE\\Carrel /v NetworkNames']);
  });

  it('gets those of its network back when the policy says nothing any more', async () => {
    const guest = windows();
    await setWindowsNames(guest.agent, both, cards);
    guest.commands.length = 0;
    await setWindowsNames(guest.agent, nothing, cards);
    await setWindowsNames(guest.agent, nothing, cards);
    expect(guest.commands.filter((command) => command.startsWith('netsh'))).toEqual([
      'netsh.exe interface ipv4 set dnsservers name=Ethernet 2 source=dhcp',
      'netsh.exe interface ipv6 set dnsservers name=Ethernet 2 source=dhcp',
    ]);
    expect(guest.values.get('SearchList')).toBe('');
  });

  it('is left alone where nothing was ever set', async () => {
    const guest = windows();
    await setWindowsNames(guest.agent, nothing, cards);
    expect(guest.commands).toEqual(['reg.exe query HKLM\\SOFTWARE\\Carrel /v NetworkNames']);
  });

  it('does without IPv6, but not without the servers it was given', async () => {
    const withoutIPv6 = windows((command) => command.includes(' ipv6 '));
    await setWindowsNames(withoutIPv6.agent, { ...nothing, servers: ['10.0.0.53'] }, cards);
    expect(withoutIPv6.values.has('NetworkNames')).toBe(true);
    const refusing = windows((command) => command.includes(' add dnsservers '));
    await expect(setWindowsNames(refusing.agent, both, cards)).rejects.toMatchObject({
      code: 'GUEST_AGENT_REFUSED',
    });
    expect(refusing.values.has('NetworkNames')).toBe(false);
  });
});
