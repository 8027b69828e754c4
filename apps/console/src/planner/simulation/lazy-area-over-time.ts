import { lazy } from 'react';

/** A chart, whose library is loaded with the first one. */
export const AreaOverTime = lazy(() =>
  import('./area-over-time.tsx').then(({ AreaOverTime: component }) => ({ default: component })),
);
