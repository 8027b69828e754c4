/** Rack units of so many of each (F9, L3471). */
export function rackUnitsOf(
  models: readonly { readonly rackUnits: number; readonly quantity: number }[],
): number {
  return models.reduce((sum, { rackUnits, quantity }) => sum + rackUnits * quantity, 0);
}

/** Switches that become free when so many things go, of which one takes so many (F16, L3446). */
export function switchesFreed(before: number, after: number, perSwitch: number): number {
  return Math.ceil(before / perSwitch) - Math.ceil(after / perSwitch);
}
