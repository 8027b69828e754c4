import { useEffect, useState } from 'react';

/**
 * Seconds left, going down to 0.
 *
 * @param seconds where to start; `undefined` for no wait at all
 * @param round starts over when it changes, also from the same number
 */
export function useCountdown(seconds: number | undefined, round: number): number {
  const [leftSeconds, setLeftSeconds] = useState(0);
  useEffect(() => {
    const endMs = Date.now() + (seconds ?? 0) * 1000;
    const update = (): void => setLeftSeconds(Math.max(0, Math.ceil((endMs - Date.now()) / 1000)));
    update();
    if (seconds === undefined) return undefined;
    const timer = setInterval(update, 500);
    return () => clearInterval(timer);
  }, [seconds, round]);
  return leftSeconds;
}
