import { useCallback, useEffect, useRef, useState } from 'react';
import type { JobInput, JobName, JobResult } from './jobs.ts';
import { useThreads } from './threads-context.ts';

export interface RunningJob<Name extends JobName> {
  readonly isRunning: boolean;
  /** 0 to 1. */
  readonly progress: number;
  readonly result: JobResult<Name> | undefined;
  readonly error: unknown;
  readonly start: (input: JobInput<Name>) => void;
  /** Gives it up; a result from before stays. */
  readonly cancel: () => void;
}

/** A computation that somebody starts and may give up. Starting again gives up the one before. */
export function useJob<Name extends JobName>(name: Name): RunningJob<Name> {
  const threads = useThreads();
  const [state, setState] = useState<Pick<RunningJob<Name>, 'isRunning' | 'progress' | 'result' | 'error'>>({
    isRunning: false,
    progress: 0,
    result: undefined,
    error: undefined,
  });
  const running = useRef<AbortController>(undefined);
  const cancel = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
    setState((before) => ({ ...before, isRunning: false }));
  }, []);
  useEffect(() => () => running.current?.abort(), []);
  const start = useCallback(
    (input: JobInput<Name>) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      setState({ isRunning: true, progress: 0, result: undefined, error: undefined });
      const onProgress = (progress: number): void => setState((before) => ({ ...before, progress }));
      threads.run(name, input, { signal: controller.signal, onProgress }).then(
        (result) => setState({ isRunning: false, progress: 1, result, error: undefined }),
        (error: unknown) => {
          if (!controller.signal.aborted) {
            setState({ isRunning: false, progress: 0, result: undefined, error });
          }
        },
      );
    },
    [name, threads],
  );
  return { ...state, start, cancel };
}
