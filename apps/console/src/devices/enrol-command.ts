export interface EnrolCommandInput {
  /** `https://HOST:PORT` as the computers reach it. */
  readonly origin: string;
  /** sha256 of the server's certificate authority, hex. */
  readonly authorityFingerprint: string;
  readonly token: string;
}

/** What is typed on a computer to enrol it. The token goes through standard input, so that no process list shows it. */
export function enrolCommand({ origin, authorityFingerprint, token }: EnrolCommandInput): string {
  return [
    `echo ${token} |`,
    `sudo carrel agent enrol ${origin}`,
    `--ca-fingerprint ${authorityFingerprint}`,
    '--token-stdin',
  ].join(' \\\n  ');
}
