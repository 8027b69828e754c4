// How Node names a certificate that it does not accept: codes of OpenSSL's verification, and one of its own.
const certificateCode = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|HOSTNAME_MISMATCH|INVALID_CA/;

/** What went wrong on the network, for people. */
export interface NetworkFailure {
  readonly isCertificate: boolean;
  readonly reason: string;
}

export function describeNetworkFailure(error: unknown): NetworkFailure {
  if (!(error instanceof Error)) return { isCertificate: false, reason: 'the connection failed' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const isCertificate = certificateCode.test(code);
  // The message of a certificate error advises on options of Node.
  const isCodeEnough = isCertificate || error.message === '';
  return { isCertificate, reason: isCodeEnough ? code : `${error.message} (${code})` };
}
