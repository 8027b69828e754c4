import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
const authorityLifeDays = 3650;
/** What browsers accept at most is 398. */
const serverLifeDays = 397;
/** Clocks of devices may be a little behind. */
const backdatedMs = dayMs;

/** A certificate with its private key, both PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate authority that signs server certificates and nothing else below it. */
export async function createAuthority(instanceId: string, nowMs: number): Promise<CertificatePair> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: newSerialNumber(),
      name: `CN=Carrel instance ${instanceId}`,
      notBefore: new Date(nowMs - backdatedMs),
      notAfter: new Date(nowMs + authorityLifeDays * dayMs),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto as Crypto),
      ],
    },
    webcrypto as Crypto,
  );
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

/** @param names host names and IP addresses the server is reached by */
export async function createServerCertificate(
  authority: CertificatePair,
  names: readonly string[],
  nowMs: number,
): Promise<CertificatePair> {
  const keys = await generateKeys();
  const issuer = new X509Certificate(authority.certificate);
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: newSerialNumber(),
      subject: 'CN=Carrel server',
      issuer: issuer.subject,
      notBefore: new Date(nowMs - backdatedMs),
      notAfter: new Date(Math.min(nowMs + serverLifeDays * dayMs, issuer.notAfter.getTime())),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: await importKey(authority.key),
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(
          names.map((name) => ({ type: isIP(name) === 0 ? ('dns' as const) : ('ip' as const), value: name })),
        ),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto as Crypto),
        await AuthorityKeyIdentifierExtension.create(issuer, false, webcrypto as Crypto),
      ],
    },
    webcrypto as Crypto,
  );
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

async function generateKeys(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
}

async function exportKey(key: CryptoKey): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey('pkcs8', key);
  return PemConverter.encode(bytes, 'PRIVATE KEY');
}

async function importKey(pem: string): Promise<CryptoKey> {
  const bytes = PemConverter.decodeFirst(pem);
  return (await webcrypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign'])) as CryptoKey;
}

/** Positive and unguessable, 16 bytes. */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}
