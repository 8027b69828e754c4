import { describe, expect, it } from 'vitest';
import { EndingNote } from './ending-note.ts';

describe('the note of an ending', () => {
  it('lets nobody go on before it is written, and keeps the first', async () => {
    const written: string[] = [];
    const disk = Promise.withResolvers<undefined>();
    const note = new EndingNote(async (ending) => {
      await disk.promise;
      written.push(ending);
    });
    const seen: number[] = [];
    const both = [note.take('shut-down'), note.take('powered-off')].map(async (taken) => {
      await taken;
      seen.push(written.length);
    });
    await Promise.resolve();
    expect(seen).toEqual([]);
    disk.resolve(undefined);
    await Promise.all(both);
    expect(seen).toEqual([1, 1]);
    expect(written).toEqual(['shut-down']);
  });

  it('is tried again after a write that failed', async () => {
    let isFull = true;
    const note = new EndingNote(() => (isFull ? Promise.reject(new Error('full')) : Promise.resolve()));
    await expect(note.take('saved')).rejects.toThrow('full');
    isFull = false;
    await expect(note.take('saved')).resolves.toBeUndefined();
  });
});
