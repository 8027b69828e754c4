export { type MeasuredServer, measuredServer } from './guest-series.ts';
export {
  type Breach,
  breachesOf,
  isAbove,
  type LoadSeries,
  meanOf,
  peakOf,
  sumSeries,
} from './load-series.ts';
export {
  type Measure,
  SampleTable,
  type SampleTableOptions,
  type Statistic,
} from './sample-table.ts';
