import { type EventDefinition, eventCatalogue } from '@carrel/contract';
import { page, table } from './markdown.ts';

/** docs/reference/events.md */
export function renderEventReference(): string {
  const entries: [string, EventDefinition][] = Object.entries(eventCatalogue);
  const rows = entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { severity, category, template, fields }]) => [
      code,
      severity,
      category,
      template,
      Object.keys(fields)
        .map((name) => `\`${name}\``)
        .join(', '),
    ]);
  return page(
    'Events',
    'What agents and servers record. Each event also carries client time, received time, device, host name, user (`SYSTEM` before anybody signed in), workspace, guest computer name and agent version. Units are in the names of the fields.',
    table(['code', 'severity', 'category', 'sentence', 'fields'], rows),
  );
}
