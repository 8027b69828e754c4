export { type MeasuredServer, measuredServer } from './guest-series.ts';
export {
  type Breach,
  breachesOf,
  constantSeries,
  isAbove,
  type LoadSeries,
  meanOf,
  peakOf,
  sumSeries,
} from './load-series.ts';
export {
  type Measure,
  measures,
  SampleTable,
  type SampleTableOptions,
  type Statistic,
} from './sample-table.ts';
