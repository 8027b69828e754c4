import { useCallback, useEffect, useState } from 'react';
import type { z } from 'zod';
import { useSession } from '../../session/index.ts';

/** Writing pauses this long before it is kept. */
const pauseMs = 250;

/**
 * What somebody had written here when the page was loaded again or left: {@link useKeepWriting} kept it.
 *
 * @param place what was written, `new-plan`
 */
export function useFoundWriting<Writing>(place: string, schema: z.ZodType<Writing>): Writing | undefined {
  const key = useKey(place);
  const [found] = useState(() => read(key, schema));
  return found;
}

/**
 * Keeps what is being written until it is saved. It stays in the storage of the browser's tab, under the person's
 * identity; signing out empties that.
 *
 * @param writing plain data; `undefined` where there is nothing to keep any more
 * @returns forgets it at once
 */
export function useKeepWriting(place: string, writing: unknown): () => void {
  const key = useKey(place);
  const forget = useCallback(() => window.sessionStorage.removeItem(key), [key]);
  useEffect(() => {
    if (writing === undefined) {
      forget();
      return;
    }
    const timer = setTimeout(() => keep(key, writing), pauseMs);
    return () => clearTimeout(timer);
  }, [key, writing, forget]);
  return forget;
}

/**
 * Puts writing where {@link useFoundWriting} finds it, for a page that is gone to.
 *
 * @returns whether the browser has room for it
 */
export function useWriteDown(place: string): (writing: unknown) => boolean {
  const key = useKey(place);
  return useCallback((writing) => keep(key, writing), [key]);
}

function useKey(place: string): string {
  return `carrel.${useSession()?.user.id ?? 'nobody'}.${place}`;
}

function read<Writing>(key: string, schema: z.ZodType<Writing>): Writing | undefined {
  const text = window.sessionStorage.getItem(key);
  // Only `keep` writes here; a console of another version may have kept another shape.
  return text === null ? undefined : schema.safeParse(JSON.parse(text)).data;
}

function keep(key: string, writing: unknown): boolean {
  try {
    window.sessionStorage.setItem(key, JSON.stringify(writing));
    return true;
  } catch (error) {
    // A plan of thousands of locations may be more than a browser keeps: the question before leaving has to do.
    if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') throw error;
    window.sessionStorage.removeItem(key);
    return false;
  }
}
