import type { Recipe } from '../recipe/recipe-schema.ts';

/** The inittab of busybox init: start scripts, the recipe's services, sign-in on screen and serial line. */
export function inittab(recipe: Recipe): string {
  const once = recipe.services.filter((service) => service.run === 'once');
  const always = recipe.services.filter((service) => service.run === 'always');
  const lines = [
    '::sysinit:/etc/carrel/start',
    ...once.map((service) => `::sysinit:${service.command ?? ''}`),
    ...always.map((service) => `::respawn:${service.command ?? ''}`),
    '::respawn:/sbin/acpid -f -l /run/acpid.log',
    'ttyS0::respawn:/sbin/getty -L 115200 ttyS0 vt100',
    'tty1::respawn:/sbin/getty 38400 tty1 linux',
    '::ctrlaltdel:/sbin/reboot',
    '::shutdown:/etc/carrel/stop',
  ];
  return `${lines.join('\n')}\n`;
}
