import { createContext, useContext, useEffect, useState } from 'react';
import { PlannerThreads } from './planner-threads.ts';

export const ThreadsContext = createContext<PlannerThreads | undefined>(undefined);

/** The threads of the page around. */
export function useThreads(): PlannerThreads {
  const threads = useContext(ThreadsContext);
  if (!threads) throw new Error('useThreads needs a ThreadsContext around it');
  return threads;
}

/** Threads for a page, ended when it is left. */
export function useOwnThreads(): PlannerThreads {
  const [threads] = useState(() => new PlannerThreads());
  useEffect(() => () => threads.close(), [threads]);
  return threads;
}
