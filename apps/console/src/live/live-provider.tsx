import { livePath } from '@carrel/contract';
import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { keysOfTopic, queryKeys } from '../api/index.ts';
import { InvalidationBatch } from './invalidation-batch.ts';
import { LiveConnection, type LiveSource, type LiveState } from './live-connection.ts';

const readAgainWindowMs = 400;

const LiveContext = createContext<LiveConnection | undefined>(undefined);

export interface LiveProviderProps {
  /** Changes when somebody signs in, which is the moment to connect again. */
  readonly sessionKey: string | undefined;
  readonly children: ReactNode;
}

/** Keeps everything below it current: what the server says changed is read again, and after a gap all of it. */
export function LiveProvider({ sessionKey, children }: LiveProviderProps): ReactNode {
  const queryClient = useQueryClient();
  const [connection] = useState(openLiveConnection);
  useEffect(() => {
    const batch = new InvalidationBatch({
      invalidate: (keys) => {
        for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey });
      },
      schedule: scheduleTimeout,
      windowMs: readAgainWindowMs,
    });
    const stopMessages = connection.onMessage((message) => {
      if (message.topic !== 'event') batch.add(keysOfTopic(message.topic));
    });
    let hasGap = false;
    const stopStates = connection.onStateChange(() => {
      if (connection.state === 'live' && hasGap) {
        hasGap = false;
        void queryClient.invalidateQueries();
      }
      if (connection.state !== 'reconnecting') return;
      hasGap = true;
      // A stream also ends when the session does: the answer tells which it was.
      void queryClient.invalidateQueries({ queryKey: queryKeys.session });
    });
    const retryNow = (): void => connection.retryNow();
    window.addEventListener('online', retryNow);
    document.addEventListener('visibilitychange', retryNow);
    connection.start();
    return () => {
      window.removeEventListener('online', retryNow);
      document.removeEventListener('visibilitychange', retryNow);
      stopMessages();
      stopStates();
      batch.stop();
      connection.stop();
    };
  }, [connection, queryClient]);
  useEffect(() => {
    if (sessionKey !== undefined) connection.retryNow();
  }, [connection, sessionKey]);
  return <LiveContext value={connection}>{children}</LiveContext>;
}

/** Whether changes arrive by themselves just now. */
export function useLiveState(): LiveState {
  const connection = useConnection();
  return useSyncExternalStore(
    (listener) => connection.onStateChange(listener),
    () => connection.state,
  );
}

/** Calls the listener for every message while mounted. */
export function useLiveMessages(listener: Parameters<LiveConnection['onMessage']>[0]): void {
  const connection = useConnection();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => connection.onMessage((message) => latest.current(message)), [connection]);
}

function useConnection(): LiveConnection {
  const connection = useContext(LiveContext);
  if (!connection) throw new Error('live hooks need a LiveProvider around them');
  return connection;
}

function openLiveConnection(): LiveConnection {
  return new LiveConnection({ open: openSource, schedule: scheduleTimeout, random: Math.random });
}

function openSource(): LiveSource {
  const stream = new EventSource(livePath, { withCredentials: true });
  const source: LiveSource = {
    onopen: null,
    onmessage: null,
    onerror: null,
    close: () => stream.close(),
  };
  stream.onopen = () => source.onopen?.();
  stream.onmessage = (message: MessageEvent<unknown>) => source.onmessage?.(message);
  stream.onerror = () => source.onerror?.();
  return source;
}

function scheduleTimeout(action: () => void, delayMs: number): () => void {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
}
