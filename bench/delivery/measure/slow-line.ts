import { run } from '../shell.ts';

/** A network namespace whose line to this machine carries so much and no more. Disposing removes it. */
export interface SlowLine extends AsyncDisposable {
  /** Address of the far end; what runs there is put behind `wrapper`. */
  readonly address: string;
  readonly wrapper: readonly string[];
}

const namespace = 'carrel-bench';
const near = '10.213.77.2';
const far = '10.213.77.1';

/** Lays a line of its own; `rate` as tc(8) writes it, such as `50mbit`. Needs root. */
export async function layLine(rate: string): Promise<SlowLine> {
  const ip = (...args: string[]): Promise<string> => run('ip', args);
  await ip('netns', 'delete', namespace).catch(() => undefined);
  await ip('netns', 'add', namespace);
  const remove = async (): Promise<void> => {
    await ip('netns', 'delete', namespace);
  };
  try {
    await ip('link', 'add', 'carrel-near', 'type', 'veth', 'peer', 'name', 'carrel-far', 'netns', namespace);
    await ip('address', 'add', `${near}/30`, 'dev', 'carrel-near');
    await ip('link', 'set', 'carrel-near', 'up');
    await ip('-n', namespace, 'address', 'add', `${far}/30`, 'dev', 'carrel-far');
    await ip('-n', namespace, 'link', 'set', 'carrel-far', 'up');
    await ip('-n', namespace, 'link', 'set', 'lo', 'up');
    const shape = ['tbf', 'rate', rate, 'burst', '64kb', 'latency', '100ms'];
    await run('tc', ['-n', namespace, 'qdisc', 'add', 'dev', 'carrel-far', 'root', ...shape]);
  } catch (error) {
    await remove();
    throw error;
  }
  return { address: far, wrapper: ['ip', 'netns', 'exec', namespace], [Symbol.asyncDispose]: remove };
}
