import { createHash, createHmac } from 'node:crypto';

/** What the server keeps of a token. Tokens are 256 random bits, which no slow hash makes harder to guess. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** What a page sends back with every change; follows from the cookie, which pages cannot read. */
export function csrfTokenOf(token: string): string {
  return createHmac('sha256', token).update('carrel csrf').digest('base64url');
}
