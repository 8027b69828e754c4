import type { Recipe, RecipeUser } from '../recipe/recipe-schema.ts';

/** The account files of a minimal system. */
export interface AccountFiles {
  readonly passwd: string;
  readonly shadow: string;
  readonly group: string;
}

/** Writes passwd(5), shadow(5) and group(5) for root and the recipe's users. */
export function accountFiles(recipe: Recipe): AccountFiles {
  const hasRoot = recipe.users.some((user) => user.uid === 0);
  const root: RecipeUser = {
    name: 'root',
    uid: 0,
    fullName: 'root',
    shell: '/bin/sh',
    groups: [],
    password: 'locked',
  };
  const users = hasRoot ? recipe.users : [root, ...recipe.users];
  const passwd = users.map(
    (user) => `${user.name}:x:${user.uid}:${user.uid}:${user.fullName}:${homeOf(user)}:${user.shell}`,
  );
  const shadow = users.map((user) => `${user.name}:${shadowPassword(user)}:19700:0:99999:7:::`);
  const ownGroups = users.map((user) => `${user.name}:x:${user.uid}:`);
  const shared = ['tty:x:5:', 'nogroup:x:65534:'].map((line) => line + membersOf(line, users));
  return { passwd: lines(passwd), shadow: lines(shadow), group: lines([...ownGroups, ...shared]) };
}

/** The home folder of a user. */
export function homeOf(user: Pick<RecipeUser, 'name' | 'uid'>): string {
  return user.uid === 0 ? '/root' : `/home/${user.name}`;
}

function shadowPassword(user: RecipeUser): string {
  if (user.password === 'locked') return '!';
  return user.password === 'none' ? '' : user.password;
}

function membersOf(groupLine: string, users: readonly RecipeUser[]): string {
  const group = groupLine.split(':')[0] ?? '';
  return users
    .filter((user) => user.groups.includes(group))
    .map((user) => user.name)
    .join(',');
}

function lines(items: readonly string[]): string {
  return `${items.join('\n')}\n`;
}
