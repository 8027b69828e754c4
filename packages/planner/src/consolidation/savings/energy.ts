/** Energy in a year by F10 (L3491): `(watts × 365 × 24) / 1000`, in kWh; the book calls them kilowatts (A8). */
export function energyKilowattHoursPerYear(powerWatts: number): number {
  return (powerWatts * 365 * 24) / 1000;
}

/** Energy in a year of so many of each (F11, L3496), in kWh. */
export function totalEnergyKilowattHoursPerYear(
  models: readonly { readonly powerWatts: number; readonly quantity: number }[],
): number {
  return models.reduce(
    (sum, { powerWatts, quantity }) => sum + energyKilowattHoursPerYear(powerWatts) * quantity,
    0,
  );
}

/**
 * What cooling takes to carry away as much heat (F13, L3513), in the unit of the heat: a watt used is a watt of heat.
 *
 * @param efficiency 0.6 to 0.7
 */
export function coolingOf(heat: number, efficiency: number): number {
  return heat / efficiency;
}
