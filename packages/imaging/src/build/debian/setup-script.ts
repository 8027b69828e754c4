import type { Recipe, RecipeService, RecipeUser } from '../recipe/recipe-schema.ts';

/** What runs inside the new system once its packages are installed: users, services, host name. */
export function setupScript(recipe: Recipe): string {
  return [
    '#!/bin/sh',
    'set -eu',
    ...recipe.users.flatMap(userCommands),
    ...recipe.services.flatMap((service) => [`systemctl enable ${quoted(unitName(service))}`]),
    'update-initramfs -u -k all',
    '',
  ].join('\n');
}

/** systemd units for the services that the recipe itself defines, by path. */
export function serviceUnits(recipe: Recipe): Map<string, string> {
  const units = new Map<string, string>();
  for (const service of recipe.services) {
    if (service.command === undefined) continue;
    units.set(`/etc/systemd/system/${unitName(service)}`, unitText(service, service.command));
  }
  return units;
}

function unitName(service: RecipeService): string {
  return /\.[a-z]+$/.test(service.name) ? service.name : `${service.name}.service`;
}

function unitText(service: RecipeService, command: string): string {
  const kind = service.run === 'once' ? ['Type=oneshot', 'RemainAfterExit=yes'] : ['Restart=always'];
  return [
    '[Unit]',
    `Description=${service.name}`,
    '[Service]',
    ...kind,
    `ExecStart=${command}`,
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

function userCommands(user: RecipeUser): string[] {
  const commands: string[] = [];
  if (user.uid !== 0) {
    const add = ['useradd', '--create-home', '--uid', String(user.uid), '--shell', user.shell];
    add.push('--comment', user.fullName, user.name);
    commands.push(add.map(quoted).join(' '));
  }
  // A group that no package made is made, so that a recipe need not know which package makes it.
  for (const group of user.groups) {
    commands.push(`groupadd --force --system ${group}`, `usermod --append --groups ${group} ${user.name}`);
  }
  if (user.password === 'none') commands.push(`passwd --delete ${user.name}`);
  else if (user.password !== 'locked') {
    commands.push(`printf '%s\\n' ${quoted(`${user.name}:${user.password}`)} | chpasswd --encrypted`);
  }
  return commands;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
