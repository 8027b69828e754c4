import type { RefObject, SyntheticEvent } from 'react';

/** A field of a table by the number of its row and column. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/**
 * The cell that a key leads to from the one the event happened in; `undefined` where the key means something else there.
 *
 * @param step rows to go, in place of what a key says
 */
export function nextCell(event: SyntheticEvent, step = stepOf(event)): CellPlace | undefined {
  const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-row]') : null;
  if (!cell || step === undefined) return undefined;
  return { row: Number(cell.dataset.row) + step, column: Number(cell.dataset.column) };
}

function stepOf({ nativeEvent, target }: SyntheticEvent): number | undefined {
  if (!(nativeEvent instanceof KeyboardEvent) || nativeEvent.altKey || nativeEvent.ctrlKey) return undefined;
  // Choices, lists of names and long texts have a use for these keys themselves.
  if (!(target instanceof HTMLInputElement) || target.closest('[data-own-keys]')) return undefined;
  if (nativeEvent.key === 'Enter') return nativeEvent.shiftKey ? -1 : 1;
  if (target.list !== null && target.value !== '') return undefined;
  if (nativeEvent.key === 'ArrowDown') return 1;
  return nativeEvent.key === 'ArrowUp' ? -1 : undefined;
}

/** Goes to a cell, once it is there. */
export function focusCell(table: RefObject<HTMLElement | null>, row: number, column: number): void {
  requestAnimationFrame(() => {
    const cell = table.current?.querySelector(`[data-row="${row}"][data-column="${column}"]`);
    cell?.querySelector<HTMLElement>('input, select')?.focus();
  });
}
