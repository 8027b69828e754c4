/** How far back an instance looks for what it measured, in days. */
export const measuredPeriods = [7, 30, 90, 365].map((days) => ({
  value: String(days),
  label: `The last ${days} days`,
}));

export const usualPeriod = '30';
