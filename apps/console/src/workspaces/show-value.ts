import { settingWords } from './policy/setting-words.ts';

export interface ShowValueOptions {
  /** The setting's path in the policy, for the words of its choices and its unit. */
  readonly path?: string;
  /** Turns an image's id into its name. */
  readonly imageName?: (id: string) => string | undefined;
}

/** A setting's value in words, for comparisons. */
export function showValue(value: unknown, options: ShowValueOptions = {}): string {
  const words = options.path === undefined ? undefined : settingWords[options.path];
  if (value === undefined) return '(nothing)';
  if (value === null) return words?.placeholder ?? '(none)';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return `${value}${words?.suffix ?? ''}`;
  if (typeof value === 'string') {
    return value === '' ? '(empty)' : (words?.choices?.[value] ?? options.imageName?.(value) ?? value);
  }
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.map(showEntry).join(', ');
  return showEntry(value);
}

/** What tells an entry of a list from the others. */
function showEntry(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null) return String(entry);
  const fields = entry as Readonly<Record<string, unknown>>;
  const { name, kind, value, hostMiB, guestMiB } = fields;
  if (typeof name === 'string') return name;
  if (hostMiB !== undefined) return `${showValue(hostMiB)}→${showValue(guestMiB)}`;
  if (typeof kind === 'string') return typeof value === 'string' && value !== '' ? `${kind} ${value}` : kind;
  return Object.entries(fields)
    .map(([key, each]) => `${key}: ${showValue(each)}`)
    .join(', ');
}
