import type { LiveMessage } from '@carrel/contract';

export type NoticeListener = (message: LiveMessage) => void;

/** Tells listeners in this process what changed, after it was committed. */
export interface Notices {
  publish(message: LiveMessage): void;
  /** Listens until the result is disposed of. A listener must not throw. */
  listen(listener: NoticeListener): Disposable;
}

export function createNotices(): Notices {
  const listeners = new Set<NoticeListener>();
  return {
    publish: (message) => {
      for (const listener of listeners) listener(message);
    },
    listen: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}
