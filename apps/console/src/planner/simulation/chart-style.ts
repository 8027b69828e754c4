/** What every chart of the planner looks like. */
export const chartHeightPx = 240;
export const chartMargin = { top: 12, right: 18, bottom: 4, left: 0 };
export const axisStyle = {
  tick: { fontSize: 12, fill: 'var(--mantine-color-dimmed)' },
  stroke: 'var(--carrel-line)',
};
export const tooltipStyle = {
  background: 'var(--mantine-color-body)',
  border: '1px solid var(--carrel-line)',
  borderRadius: 8,
  fontSize: 12.5,
};
/** The mark of what may not be passed. */
export const limitStyle = { stroke: 'var(--carrel-bad-dot)', strokeDasharray: '5 4' };
