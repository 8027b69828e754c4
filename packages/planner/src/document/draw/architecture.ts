import type { Design, InstanceDesign, RepositoryDesign } from '../../decisions/index.ts';
import { cleanText } from '../model/clean-text.ts';
import type { Drawing, Prose, Shape } from '../model/plan-document.ts';
import { name, prose, quantity, words } from '../model/prose.ts';
import type { Sources } from '../model/sources.ts';
import { fitText } from './fit-text.ts';
import { type NetworkRow, networkRows } from './network-rows.ts';
import { card } from './shapes.ts';

const marginPx = 16;
const indentPx = 34;
const placeWidthPx = 260;
const machineWidthPx = 215;
const gapPx = 14;
const rowPx = 62;
const cardPx = 44;
const nameColumns = 30;

/**
 * The instance as a picture: its locations as a tree by their links, one a row, with the servers and repositories that
 * stand there beside them.
 */
export function drawArchitecture(design: Design, instance: InstanceDesign, sources: Sources): Drawing {
  const rows = networkRows(design, instance);
  const deepest = Math.max(0, ...rows.map(({ depth }) => depth));
  const machinesX = marginPx + deepest * indentPx + placeWidthPx + 3 * gapPx;
  const machines = rows.map((row) => machinesAt(design, instance, row, sources));
  const most = Math.max(1, ...machines.map(({ length }) => length));
  const yOf = (at: number): number => marginPx + at * rowPx;
  const shapes = rows.flatMap((row, at): Shape[] => [
    ...linkShapes(row, yOf(at), row.parentRow === undefined ? undefined : yOf(row.parentRow)),
    ...placeShapes(row, yOf(at), instance, sources),
    ...(machines[at] ?? []).flatMap((machine, beside): Shape[] => {
      const x = machinesX + beside * (machineWidthPx + gapPx);
      const middle = yOf(at) + cardPx / 2;
      const from = beside === 0 ? placeX(row) + placeWidthPx : x - gapPx;
      return [
        {
          kind: 'line',
          points: [
            [from, middle],
            [x, middle],
          ],
          tone: machine.tone,
          isDashed: true,
        },
        ...card({ x, y: yOf(at), width: machineWidthPx, height: cardPx }, machine),
      ];
    }),
  ]);
  return {
    widthPx: machinesX + most * (machineWidthPx + gapPx) - gapPx + marginPx,
    heightPx: yOf(rows.length - 1) + cardPx + marginPx,
    shapes,
  };
}

function placeX({ depth }: NetworkRow): number {
  return marginPx + depth * indentPx;
}

function linkShapes(row: NetworkRow, y: number, parentY: number | undefined): Shape[] {
  if (parentY === undefined) return [];
  const x = placeX(row);
  const trunk = x - indentPx / 2;
  const middle = y + cardPx / 2;
  return [
    {
      kind: 'line',
      points: [
        [trunk, parentY + cardPx],
        [trunk, middle],
        [x, middle],
      ],
      tone: 'place',
    },
  ];
}

function placeShapes(row: NetworkRow, y: number, instance: InstanceDesign, sources: Sources): Shape[] {
  const link = row.bandwidthMbitPerSecond;
  const rate =
    link === undefined ? [] : [quantity(link, 'Mbit/s', sources.own('plan', `uplink of ${row.location}`))];
  const users =
    row.users === 0
      ? words('nobody of this instance')
      : [quantity(row.users, 'clients', sources.decision('scope.population', instance.name))];
  const line = rate.length === 0 ? users : prose`${users}, link ${rate}`;
  return card(
    { x: placeX(row), y, width: placeWidthPx, height: cardPx },
    {
      title: [name(short(row.location))],
      lines: [line],
      tone: row.users === 0 ? 'muted' : 'place',
      isDashed: row.isIsolated,
    },
  );
}

interface Machine {
  readonly title: Prose;
  readonly lines: readonly Prose[];
  readonly tone: 'server' | 'repository';
}

function machinesAt(
  design: Design,
  instance: InstanceDesign,
  { location }: NetworkRow,
  sources: Sources,
): Machine[] {
  const { server, database, backupServer } = instance;
  const machines: Machine[] = [];
  if (server.location === location) {
    const cores = quantity(server.cores, 'cores', sources.decision('server.form-factor', instance.name));
    const backup = words(backupServer.isNeeded ? 'with a backup' : 'no backup');
    machines.push({ title: words('Server'), lines: [prose`${cores}, ${backup}`], tone: 'server' });
  }
  if (database.location === location) {
    const size = quantity(database.bytes, 'B', sources.decision('database.size', instance.name));
    const place = words(database.placement === 'separate' ? 'its own machine' : 'on the server');
    machines.push({ title: words('Database'), lines: [prose`${size}, ${place}`], tone: 'server' });
  }
  const standing = design.repositories.filter(
    (repository) => repository.location === location && repository.instances.includes(instance.name),
  );
  return [...machines, ...standing.map((repository) => repositoryMachine(repository, sources))];
}

function repositoryMachine(
  { name: repository, images, diskBytes }: RepositoryDesign,
  sources: Sources,
): Machine {
  const disk = quantity(diskBytes, 'B', sources.decision('repository.disk', repository));
  const count = quantity(images.length, 'images', sources.own('document.count', `images in ${repository}`));
  return {
    title: [name(fitText(cleanText(repository), 24))],
    lines: [prose`${count}, ${disk}`],
    tone: 'repository',
  };
}

function short(text: string): string {
  return fitText(cleanText(text), nameColumns);
}
