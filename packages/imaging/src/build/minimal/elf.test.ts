import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isElf, readElfNeeds, readElfSection } from './elf.ts';

describe('an ELF file of this machine', () => {
  it('says what a program needs, as the loader sees it', async () => {
    const program = await readFile('/bin/ls');
    expect(isElf(program)).toBe(true);
    const needs = readElfNeeds(program);
    expect(needs.interpreter).toBe('/lib64/ld-linux-x86-64.so.2');
    expect(needs.libraries).toContain('libc.so.6');
    expect(needs.libraries.every((name) => /^lib[\w.+-]+\.so/.test(name))).toBe(true);
  });

  it('gives a section by its name', async () => {
    const program = await readFile('/bin/ls');
    const section = readElfSection(program, '.interp') ?? new Uint8Array();
    expect(Buffer.from(section).toString('latin1')).toBe('/lib64/ld-linux-x86-64.so.2\0');
    expect(readElfSection(program, '.carrel')).toBeUndefined();
  });

  it('does not take a script for one', () => {
    expect(isElf(Buffer.from('#!/bin/sh\n'))).toBe(false);
  });
});
