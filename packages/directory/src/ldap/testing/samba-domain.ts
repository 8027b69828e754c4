import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Attribute, Change, Client } from 'ldapts';
import { formatSid } from '../accounts/identifiers.ts';
import type { LdapSettings } from '../ldap-settings.ts';
import { type CertificateFiles, makeCertificate } from './certificate.ts';
import { loopbackAddress, type ServerProcess, startServerProcess } from './server-process.ts';

const run = promisify(execFile);
const administratorPassword = 'Adm1n-Passw0rd';
export const sambaPassword = 'A-g00d-passw0rd';

/** A Samba domain controller of a domain of its own, with LDAP on loopback addresses only. */
export interface SambaDomain extends AsyncDisposable {
  /** Two addresses of the controller; it listens on the first after the start. */
  readonly addresses: readonly [string, string];
  /** PEM of what certifies the controller. */
  readonly certificateAuthority: string;
  readonly baseDn: string;
  /** As the domain should be configured, with a bind account that has no rights but those of everybody. */
  settings(changes?: Partial<LdapSettings>): LdapSettings;
  /** Adds somebody; their password is {@link sambaPassword}. @returns their distinguished name */
  addUser(name: string, attributes?: Record<string, string>): Promise<string>;
  /** @param members distinguished names */
  addGroup(name: string, members?: readonly string[]): Promise<string>;
  /** Adds any other entry; on Active Directory sites, too. */
  add(distinguishedName: string, attributes: Record<string, string | string[]>): Promise<void>;
  /** What trusted domains know somebody by, as text. */
  securityIdOf(distinguishedName: string): Promise<string>;
  /** Replaces the values of an attribute, or takes it away. */
  set(distinguishedName: string, attribute: string, values: readonly string[]): Promise<void>;
  rename(distinguishedName: string, newName: string): Promise<string>;
  remove(distinguishedName: string): Promise<void>;
  /** Ends the controller, as a power cut would. */
  stop(): Promise<void>;
  /** Starts it again, on one of its addresses. */
  start(address?: string): Promise<void>;
}

/**
 * Makes a domain and starts its controller. Root only, for the ports; takes about 6 s.
 *
 * @param domain the first part of its name: `corp` is corp.example, or CORP
 */
export async function startSambaDomain(domain = 'corp'): Promise<SambaDomain> {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'carrel-samba-'));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const address = loopbackAddress();
  const addresses = [address, loopbackAddress()] as const;
  const [certificate] = await Promise.all([
    makeCertificate(folder, [...addresses, 'localhost']),
    provision(folder, domain, address),
  ]);
  let server: ServerProcess | undefined;
  const stop = async (): Promise<void> => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  };
  undo.defer(stop);
  const authority = await readFile(certificate.certificate, 'utf8');
  const admin = { address, authority, account: `administrator@${domain}.example` };
  const start = async (listenAddress: string = address): Promise<void> => {
    server = await serve(folder, listenAddress, certificate);
    admin.address = listenAddress;
  };
  await start();
  const baseDn = `DC=${domain},DC=example`;
  const addUser: SambaDomain['addUser'] = async (name, attributes = {}) => {
    const dn = `CN=${name},CN=Users,${baseDn}`;
    const password = Buffer.from(`"${sambaPassword}"`, 'utf16le');
    const values = {
      objectClass: 'user',
      sAMAccountName: name,
      userPrincipalName: `${name}@${domain}.example`,
      userAccountControl: '512',
      ...attributes,
    };
    await withAdmin(admin, (client) =>
      client.add(dn, [
        ...Object.entries(values).map(([type, value]) => new Attribute({ type, values: [value] })),
        new Attribute({ type: 'unicodePwd', values: [password] }),
      ]),
    );
    return dn;
  };
  const bindDn = await addUser('carrel-reader');
  const stack = undo.move();
  return {
    addresses,
    certificateAuthority: authority,
    baseDn,
    addUser,
    settings: (changes) => ({
      name: domain,
      isEnabled: true,
      profile: 'active-directory',
      dnsName: `${domain}.example`,
      netbiosName: domain.toUpperCase(),
      userNameSuffixes: [],
      servers: [{ host: address, port: 636, security: 'tls' }],
      baseDn,
      bindDn,
      bindPassword: sambaPassword,
      certificateAuthority: authority,
      attributes: {},
      trustWithoutContactHours: 24,
      ...changes,
    }),
    addGroup: async (name, members = []) => {
      const dn = `CN=${name},CN=Users,${baseDn}`;
      const attributes = {
        objectClass: 'group',
        sAMAccountName: name,
        ...(members.length > 0 ? { member: [...members] } : {}),
      };
      await withAdmin(admin, (client) => client.add(dn, attributes));
      return dn;
    },
    add: (dn, attributes) => withAdmin(admin, (client) => client.add(dn, attributes)),
    set: (dn, type, values) =>
      withAdmin(admin, (client) =>
        client.modify(
          dn,
          new Change({ operation: 'replace', modification: new Attribute({ type, values: [...values] }) }),
        ),
      ),
    securityIdOf: async (dn) => {
      const wanted = ['objectSid'];
      const { searchEntries } = await withAdmin(admin, (client) =>
        client.search(dn, { scope: 'base', attributes: wanted, explicitBufferAttributes: wanted }),
      );
      const sid = searchEntries[0]?.['objectSid'];
      if (!Buffer.isBuffer(sid)) throw new Error(`${dn} has no security identifier`);
      return formatSid(sid);
    },
    rename: async (dn, newName) => {
      await withAdmin(admin, (client) => client.modifyDN(dn, `CN=${newName}`));
      return dn.replace(/^CN=[^,]*/, `CN=${newName}`);
    },
    remove: (dn) => withAdmin(admin, (client) => client.del(dn)),
    stop,
    start,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function provision(folder: string, domain: string, address: string): Promise<void> {
  // An empty file, so that nothing of this computer's own Samba is taken over.
  const empty = join(folder, 'empty.conf');
  await writeFile(empty, '');
  await run('samba-tool', [
    ...['domain', 'provision', '-s', empty, `--targetdir=${folder}`],
    ...[
      `--realm=${domain}.example`,
      `--domain=${domain.toUpperCase()}`,
      '--server-role=dc',
      '--dns-backend=NONE',
    ],
    ...[`--adminpass=${administratorPassword}`, '--host-name=dc1', `--host-ip=${address}`],
  ]);
}

function serve(folder: string, address: string, files: CertificateFiles): Promise<ServerProcess> {
  const options = {
    'server services': 'ldap',
    interfaces: `${address}/8`,
    'bind interfaces only': 'yes',
    'pid directory': folder,
    'ncalrpc dir': join(folder, 'ncalrpc'),
    'tls enabled': 'yes',
    'tls certfile': files.certificate,
    'tls keyfile': files.key,
    'tls cafile': files.certificate,
  };
  const args = ['-i', '-M', 'single', '--no-process-group', '-s', join(folder, 'etc', 'smb.conf')];
  const given = Object.entries(options).map(([name, value]) => `--option=${name}=${value}`);
  return startServerProcess('samba', [...args, ...given], { host: address, port: 636 });
}

async function withAdmin<T>(
  {
    address,
    authority,
    account,
  }: { readonly address: string; readonly authority: string; readonly account: string },
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ url: `ldaps://${address}`, tlsOptions: { ca: authority }, timeout: 20_000 });
  try {
    await client.bind(account, administratorPassword);
    return await work(client);
  } finally {
    await client.unbind();
  }
}
