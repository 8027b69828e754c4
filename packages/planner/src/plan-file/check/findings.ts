import type { Finding, FindingCode } from '../finding.ts';

/** A finding that keeps a design from being made. */
export function error(code: FindingCode, path: string, message: string, remedy: string): Finding {
  return { severity: 'error', code, path, message, remedy };
}

/** A finding that goes into the document. */
export function warning(code: FindingCode, path: string, message: string, remedy: string): Finding {
  return { severity: 'warning', code, path, message, remedy };
}
