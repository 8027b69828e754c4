import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeMonitor } from '../testing/fake-monitor.ts';
import { QmpClient } from './client.ts';
import type { QmpEvent } from './events.ts';
import { runJob } from './jobs.ts';
import { LineSplitter } from './line-splitter.ts';

const transcript = new URL('../testing/transcripts/stream-job.jsonl', import.meta.url);

describe('lines of a monitor', () => {
  it('are the same whatever pieces they come in', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((line) => !/[\r\n]/.test(line));
    fc.assert(
      fc.property(fc.array(text), fc.array(fc.nat({ max: 7 })), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\r\n`).join(''));
        const splitter = new LineSplitter();
        const got: string[] = [];
        for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
          const length = 1 + (cuts[turn % Math.max(1, cuts.length)] ?? 3);
          got.push(...splitter.push(bytes.subarray(start, start + length)));
          start += length;
        }
        expect(got).toEqual(lines.map((line) => line.trim()).filter((line) => line !== ''));
      }),
    );
  });

  it('are refused when they have no end', () => {
    const splitter = new LineSplitter();
    const piece = Buffer.alloc(4 * 1024 ** 2, 'x');
    expect(() => Array.from({ length: 5 }, () => splitter.push(piece))).toThrow(
      expect.objectContaining({ code: 'MONITOR_PROTOCOL' }),
    );
  });
});

describe('a monitor', () => {
  it('is understood as QEMU 7.2 speaks, cut into any pieces', async () => {
    for (const pieceBytes of [1, 7, 100_000]) {
      const monitor = FakeMonitor.replay(await readFile(transcript, 'utf8'), pieceBytes);
      const events: QmpEvent[] = [];
      await using qmp = await QmpClient.open(monitor.stream);
      qmp.subscribe((event) => events.push(event));
      expect(await qmp.version()).toMatchObject({ major: 7, minor: 2 });
      const args = {
        'job-id': 'stream',
        device: 'base',
        speed: 0,
        'on-error': 'stop',
        'auto-dismiss': false,
      } as const;
      await runJob(qmp, 'stream', () => qmp.execute('block-stream', args));
      const statuses = events.flatMap((event) =>
        event.kind === 'JOB_STATUS_CHANGE' ? [event.data.status] : [],
      );
      expect(statuses).toEqual(['created', 'running', 'waiting', 'pending', 'concluded', 'null']);
      expect(events.some((event) => event.kind === 'other' && event.name === 'BLOCK_JOB_COMPLETED')).toBe(
        true,
      );
    }
  });

  it('refuses with its reason, and goes on', async () => {
    const monitor = FakeMonitor.answering((command) =>
      command === 'stop' ? { error: { class: 'GenericError', desc: 'Not now.' } } : { return: {} },
    );
    await using qmp = await QmpClient.open(monitor.stream);
    await expect(qmp.execute('stop', undefined)).rejects.toMatchObject({
      code: 'MONITOR_REFUSED',
      details: { command: 'stop', reason: 'Not now' },
    });
    await expect(qmp.execute('cont', undefined)).resolves.toBeUndefined();
  });

  it('may be late: the command fails, its late answer is dropped, the next one is answered', async () => {
    const monitor = FakeMonitor.answering((command) => (command === 'stop' ? undefined : { return: {} }));
    await using qmp = await QmpClient.open(monitor.stream);
    const late = qmp.execute('stop', undefined, { timeoutMs: 1 });
    await expect(late).rejects.toMatchObject({ code: 'MONITOR_TIMEOUT', retryable: true });
    monitor.say({ id: 2, return: {} });
    await expect(qmp.execute('cont', undefined)).resolves.toBeUndefined();
  });

  it('may end: what is under way fails, and so does what comes after', async () => {
    const monitor = FakeMonitor.answering((command) => (command === 'stop' ? undefined : { return: {} }));
    const qmp = await QmpClient.open(monitor.stream);
    const pending = qmp.execute('stop', undefined);
    monitor.end();
    await expect(pending).rejects.toMatchObject({ code: 'MONITOR_CLOSED' });
    await expect(qmp.execute('cont', undefined)).rejects.toMatchObject({ code: 'MONITOR_CLOSED' });
    await qmp.closed;
  });

  it.each([
    ['not JSON', 'nonsense'],
    ['a message of no kind', '{"hello":1}'],
    [
      'a known event of another shape',
      '{"event":"SHUTDOWN","data":{"guest":1},"timestamp":{"seconds":1,"microseconds":1}}',
    ],
    ['an error without an id', '{"error":{"class":"GenericError","desc":"JSON parse error"}}'],
  ])('is hung up on after %s', async (_what, line) => {
    const monitor = FakeMonitor.answering((command) => (command === 'stop' ? undefined : { return: {} }));
    const qmp = await QmpClient.open(monitor.stream);
    const pending = qmp.execute('stop', undefined);
    monitor.sayLine(line);
    await expect(pending).rejects.toMatchObject({
      code: 'MONITOR_CLOSED',
      cause: { code: 'MONITOR_PROTOCOL' },
    });
  });

  it('has answers of the shape expected, or the command fails', async () => {
    const monitor = FakeMonitor.answering((command) =>
      command === 'query-status' ? { return: { status: 'dreaming', running: true } } : { return: {} },
    );
    await using qmp = await QmpClient.open(monitor.stream);
    await expect(qmp.execute('query-status', undefined)).rejects.toMatchObject({ code: 'MONITOR_PROTOCOL' });
  });

  it('is not waited for when the caller gives up', async () => {
    const monitor = FakeMonitor.answering((command) => (command === 'stop' ? undefined : { return: {} }));
    await using qmp = await QmpClient.open(monitor.stream);
    const signal = AbortSignal.abort();
    await expect(qmp.execute('stop', undefined, { signal })).rejects.toThrow(/abort/i);
  });
});
