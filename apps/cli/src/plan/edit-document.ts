import type { PlanEdit } from '@carrel/planner';
import { type Document, isMap, isSeq } from 'yaml';

/** Makes edits in the text of a plan; comments and everything else stay as they are. */
export function editDocument(document: Document, edits: readonly PlanEdit[]): void {
  for (const { path, value } of edits) {
    const place = placeOf(document, path);
    if (place) document.setIn(place, document.createNode(value));
  }
}

/** Rows by their numbers; `undefined` where there is no such row. */
function placeOf(document: Document, path: PlanEdit['path']): (string | number)[] | undefined {
  const place: (string | number)[] = [];
  for (const { kind, name } of path) {
    if (kind === 'field') {
      place.push(name);
      continue;
    }
    const list = document.getIn(place);
    const at = isSeq(list)
      ? list.items.findIndex((row) => isMap(row) && (row.get('name') ?? row.get('location')) === name)
      : -1;
    if (at < 0) return undefined;
    place.push(at);
  }
  return place;
}
