import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LdapSettings } from '../ldap-settings.ts';
import { makeCertificate } from './certificate.ts';
import { loopbackAddress, startServerProcess } from './server-process.ts';

const run = promisify(execFile);
const rootPassword = 'the-root-of-all';
const ldapsPort = 6636;
const ldapPort = 6389;

/** An OpenLDAP server of its own, with the schemas of RFC 2307 and of internet people, on a loopback address. */
export interface OpenLdap extends AsyncDisposable {
  readonly address: string;
  /** A referral's address of the server, without the base. */
  readonly url: string;
  readonly baseDn: string;
  settings(changes?: Partial<LdapSettings>): LdapSettings;
}

/**
 * Starts a server that holds these entries below its base.
 *
 * @param domain the first part of its name: `staff` is kept at `dc=staff,dc=example`
 * @param ldif entries below `dc=…,dc=example`, which is there already
 */
export async function startOpenLdap(domain: string, ldif: string): Promise<OpenLdap> {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'carrel-openldap-'));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const address = loopbackAddress();
  const baseDn = `dc=${domain},dc=example`;
  // Also for what a test puts between, at the usual address.
  const files = await makeCertificate(folder, [address, '127.0.0.1']);
  const config = join(folder, 'slapd.conf');
  await mkdir(join(folder, 'data'));
  await writeFile(config, configuration(folder, baseDn, files));
  const entries = join(folder, 'entries.ldif');
  const base = `dn: ${baseDn}\nobjectClass: dcObject\nobjectClass: organization\ndc: ${domain}\no: ${domain}\n\n`;
  await writeFile(entries, base + ldif);
  await run('/usr/sbin/slapadd', ['-q', '-f', config, '-l', entries]);
  undo.use(
    await startServerProcess(
      '/usr/sbin/slapd',
      ['-d', '0', '-f', config, '-h', `ldaps://${address}:${ldapsPort} ldap://${address}:${ldapPort}`],
      { host: address, port: ldapsPort },
    ),
  );
  const certificateAuthority = await readFile(files.certificate, 'utf8');
  const stack = undo.move();
  return {
    address,
    url: `ldap://${address}:${ldapPort}`,
    baseDn,
    settings: (changes) => ({
      name: domain,
      isEnabled: true,
      profile: 'rfc2307bis',
      dnsName: `${domain}.example`,
      netbiosName: null,
      userNameSuffixes: [],
      servers: [{ host: address, port: ldapsPort, security: 'tls' }],
      baseDn,
      bindDn: `cn=root,${baseDn}`,
      bindPassword: rootPassword,
      certificateAuthority,
      attributes: {},
      trustWithoutContactHours: 24,
      ...changes,
    }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function configuration(
  folder: string,
  baseDn: string,
  files: { readonly certificate: string; readonly key: string },
): string {
  const schemas = ['core', 'cosine', 'inetorgperson', 'nis'];
  return [
    ...schemas.map((schema) => `include /etc/ldap/schema/${schema}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    `TLSCertificateFile ${files.certificate}`,
    `TLSCertificateKeyFile ${files.key}`,
    'security simple_bind=128',
    'sizelimit size.soft=100 size.hard=100 size.pr=100 size.prtotal=unlimited',
    'database mdb',
    `suffix "${baseDn}"`,
    `directory ${join(folder, 'data')}`,
    'maxsize 67108864',
    `rootdn "cn=root,${baseDn}"`,
    `rootpw ${rootPassword}`,
    '',
  ].join('\n');
}
