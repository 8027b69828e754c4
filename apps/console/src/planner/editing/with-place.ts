import type { Finding } from '@carrel/planner';
import { planWords } from './plan-words.ts';

/** A finding for where it does not stand beside its field: faults of fields do not say where they are. */
export function withPlace(finding: Finding): Finding {
  if (finding.code !== 'PLAN_FIELD_INVALID') return finding;
  const words = planWords[finding.path.replaceAll(/\[\d+\]/gu, '')];
  const row = /^(\w+)\[(\d+)\]/u.exec(finding.path);
  const place = row ? `${row[1] ?? ''}, row ${Number(row[2]) + 1}` : '';
  const label = [place, words?.label].filter((part) => part !== undefined && part !== '').join(', ');
  return { ...finding, message: label === '' ? finding.message : `${label}: ${finding.message}` };
}
