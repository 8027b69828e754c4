import type { DirectoryPrincipal, importPrincipalSchema } from '@carrel/contract';
import type { z } from 'zod';

/** Somebody or a group to choose; those known here have a value of `user:ID` or `group:ID`. */
export interface PrincipalOption {
  readonly value: string;
  readonly label: string;
  /** Set on lines that only say how a search stands. */
  readonly disabled?: boolean;
}

/** Options under a heading. */
export interface PrincipalSection {
  readonly group: string;
  readonly items: readonly PrincipalOption[];
}

/** How the search in one directory stands. */
export interface DirectorySearch {
  /** Tells the directories apart. */
  readonly id: string;
  /** `Directory Corp` */
  readonly title: string;
  readonly answer:
    | { readonly state: 'searching' }
    | { readonly state: 'failed'; readonly reason: string }
    | {
        readonly state: 'found';
        readonly items: readonly DirectoryPrincipal[];
        /** Whether there are more than these. */
        readonly isCut: boolean;
      };
}

export interface PrincipalSectionsInput {
  /** What was typed; empty shows everybody. */
  readonly search: string;
  readonly groups: readonly PrincipalOption[];
  readonly users: readonly PrincipalOption[];
  /** Stays to be chosen even where the lists do not have it. */
  readonly chosen: PrincipalOption | undefined;
  readonly directories: readonly DirectorySearch[];
}

/** Whom a directory is asked to make known here. */
export type PrincipalImport = z.infer<typeof importPrincipalSchema> & { readonly directoryId: string };

/** Known groups and users whose name has the text, then what each directory found; nobody twice, nothing empty. */
export function principalSections(input: PrincipalSectionsInput): readonly PrincipalSection[] {
  const { chosen } = input;
  const kindOfChosen = chosen?.value.split(':', 1)[0];
  const knownOf = (kind: string, options: readonly PrincipalOption[]): readonly PrincipalOption[] => {
    const all = chosen && kindOfChosen === kind ? [...options, chosen] : options;
    return unique(all).filter((option) => has(option.label, input.search));
  };
  const groups = knownOf('group', input.groups);
  const users = knownOf('user', input.users);
  const taken = new Set([...groups, ...users].map((option) => option.value));
  const found = input.directories.map((directory) => sectionOf(directory, taken));
  const sections = [{ group: 'Groups', items: groups }, { group: 'Users', items: users }, ...found];
  return sections.filter((section) => section.items.length > 0);
}

/** What somebody who hears the page is told of the directories: `Directory Corp: 2 found.` */
export function searchStatus(directories: readonly DirectorySearch[]): string {
  return directories.map(({ title, answer }) => `${title}: ${statusOf(answer)}`).join(' ');
}

/** Who has to be made known before they can be chosen; `undefined` where the option is known here. */
export function importOf(value: string): PrincipalImport | undefined {
  const match = /^directory:([^:]+):(user|group):(.+)$/s.exec(value);
  if (!match) return undefined;
  const [, directoryId = '', kind, externalId = ''] = match;
  return { directoryId, kind: kind === 'group' ? 'group' : 'user', externalId };
}

/** The option of somebody of a directory who is known here; `undefined` for anybody else. */
export function knownOption(principal: DirectoryPrincipal): PrincipalOption | undefined {
  const { kind, principalId } = principal;
  return principalId === null
    ? undefined
    : { value: `${kind}:${principalId}`, label: nameOf(principal.name, principal.displayName) };
}

/** `Ada Lovelace (ada)`, or the one name where there is but one. */
export function nameOf(name: string, displayName: string): string {
  return displayName === name ? name : `${displayName} (${name})`;
}

function sectionOf({ id, title, answer }: DirectorySearch, taken: ReadonlySet<string>): PrincipalSection {
  const note = (label: string): PrincipalOption => ({ value: `note:${id}`, label, disabled: true });
  if (answer.state !== 'found') return { group: title, items: [note(statusOf(answer))] };
  const options = unique(answer.items.map((item) => optionOf(id, item)));
  const others = options.filter((option) => !taken.has(option.value));
  if (answer.items.length === 0) return { group: title, items: [note(statusOf(answer))] };
  if (answer.isCut)
    return { group: title, items: [...others, note('There are more: type more of the name.')] };
  return { group: title, items: others.length === 0 ? [note('Nobody beyond those above.')] : others };
}

function optionOf(directoryId: string, principal: DirectoryPrincipal): PrincipalOption {
  const { kind, externalId, name, displayName, isDisabled } = principal;
  const value = knownOption(principal)?.value ?? `directory:${directoryId}:${kind}:${externalId}`;
  const kindWord = kind === 'group' ? ', group' : '';
  const stateWord = isDisabled ? ', disabled there' : '';
  return { value, label: `${nameOf(name, displayName)}${kindWord}${stateWord}` };
}

function statusOf(answer: DirectorySearch['answer']): string {
  switch (answer.state) {
    case 'searching':
      return 'Searching…';
    case 'failed':
      return answer.reason;
    case 'found':
      return answer.items.length === 0
        ? 'Nobody of that name.'
        : `${answer.items.length}${answer.isCut ? ' and more' : ''} found.`;
  }
}

function unique(options: readonly PrincipalOption[]): readonly PrincipalOption[] {
  return [...new Map(options.map((option) => [option.value, option])).values()];
}

function has(label: string, search: string): boolean {
  return label.toLowerCase().includes(search.toLowerCase());
}
