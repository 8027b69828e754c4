import { fail } from '@carrel/contract';
import { parse, YAMLParseError } from 'yaml';
import { isRecord, type PlanDraft } from '../editing/plan-draft.ts';

/**
 * The plan in a text of YAML or JSON, as plain data; whether it is a good plan is not asked.
 *
 * @param name of the file, for what is said of it
 * @throws {FILE_INVALID}
 */
export function readPlanText(text: string, name: string): PlanDraft {
  let content: unknown;
  try {
    content = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof YAMLParseError) {
      throw fail('FILE_INVALID', { path: name, reason: error.message.split('\n')[0] ?? '' }, error);
    }
    throw error;
  }
  if (!isRecord(content)) throw fail('FILE_INVALID', { path: name, reason: 'it is no plan file' });
  return content;
}
