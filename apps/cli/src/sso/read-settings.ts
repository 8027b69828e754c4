import { readFile } from 'node:fs/promises';
import { fail, type SignInProviderSettings, signInProviderSettingsSchema } from '@carrel/contract';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';

/**
 * Reads the settings of a sign-in provider, YAML or JSON.
 *
 * @param path `-` is standard input
 * @throws {FILE_INVALID} not there, not YAML, or not such settings; names every wrong field
 */
export async function readProviderSettings(path: string): Promise<SignInProviderSettings> {
  const parsed = signInProviderSettingsSchema.safeParse(await readYaml(path));
  if (!parsed.success) throw fail('FILE_INVALID', { path, reason: z.prettifyError(parsed.error) });
  return parsed.data;
}

async function readYaml(path: string): Promise<unknown> {
  try {
    return parse(await readFile(path === '-' ? '/dev/stdin' : path, 'utf8'));
  } catch (error) {
    const isTheirs = error instanceof YAMLParseError || (error instanceof Error && 'code' in error);
    if (!isTheirs) throw error;
    throw fail('FILE_INVALID', { path, reason: error.message }, error);
  }
}
