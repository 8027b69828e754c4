import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { Judgement } from '../worker/judge-plan.ts';
import { useThreads } from '../worker/threads-context.ts';
import type { PlanDraft } from './plan-draft.ts';

/** What the planner says of what is being written, as far as it has got. */
export interface LatestJudgement extends Judgement {
  /** It is of an earlier state; the present one is being computed. */
  readonly isBehind: boolean;
  /** What the newest judgement is of; `undefined` before the first. */
  readonly draft: PlanDraft | undefined;
  readonly error: unknown;
}

/** Typing pauses this long before it is judged. */
const pauseMs = 250;

interface State extends Judgement {
  readonly draft: PlanDraft | undefined;
  readonly error: unknown;
}

/** Judges a plan again as it is being written. */
export function useJudgement(draft: PlanDraft): LatestJudgement {
  const threads = useThreads();
  const [settled] = useDebouncedValue(draft, pauseMs);
  const [state, setState] = useState<State>({
    draft: undefined,
    findings: [],
    design: undefined,
    error: undefined,
  });
  useEffect(() => {
    const controller = new AbortController();
    threads.run('judge', settled, { signal: controller.signal }).then(
      (judgement) => setState({ ...judgement, draft: settled, error: undefined }),
      (error: unknown) => {
        if (!controller.signal.aborted) setState({ findings: [], design: undefined, draft: settled, error });
      },
    );
    return () => controller.abort();
  }, [threads, settled]);
  return { ...state, isBehind: state.draft !== draft };
}
