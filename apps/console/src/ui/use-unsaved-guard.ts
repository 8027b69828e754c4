import { useBlocker } from '@tanstack/react-router';

/** Asks before leaving a page whose changes are not saved. */
export function useUnsavedGuard(isDirty: boolean): void {
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isDirty &&
      current.pathname !== next.pathname &&
      !window.confirm('Leave this page? What you changed here is not saved.'),
    enableBeforeUnload: isDirty,
  });
}
