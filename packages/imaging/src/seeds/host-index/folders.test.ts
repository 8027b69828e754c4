import { describe, expect, it } from 'vitest';
import { defaultIndexFolders, indexPlatform } from './default-folders.ts';
import { FolderRules } from './folder-rules.ts';
import { defaultHostIndexFolder } from './index-folder.ts';

describe('default folders', () => {
  it.each(['linux', 'darwin', 'win32'] as const)(
    'on %s are absolute and free of contradictions',
    (platform) => {
      const { include, exclude } = defaultIndexFolders(platform, {});
      const isAbsolute = (path: string): boolean =>
        platform === 'win32' ? /^[A-Z]:\\/.test(path) : path.startsWith('/');
      expect([...include, ...exclude].filter((path) => !isAbsolute(path))).toEqual([]);
      expect(include.filter((path) => exclude.includes(path))).toEqual([]);
      expect(new Set([...include, ...exclude]).size).toBe(include.length + exclude.length);
    },
  );

  it('never lie in what is private or not made of files', () => {
    const { include, exclude } = defaultIndexFolders('linux', {});
    for (const folder of ['/home', '/root', '/proc', '/sys', '/dev', '/run', '/tmp', '/var/cache']) {
      expect(exclude).toContain(folder);
      expect(include.filter((path) => path === folder || path.startsWith(`${folder}/`))).toEqual([]);
    }
    expect(include[0]).toBe('/usr');
    expect(defaultIndexFolders('darwin', {}).exclude).toContain('/Users');
    expect(defaultIndexFolders('win32', {}).exclude).toContain('C:\\Users');
  });

  it('follow the environment on Windows', () => {
    const { include, exclude } = defaultIndexFolders('win32', {
      SystemDrive: 'D:',
      SystemRoot: 'D:\\WINNT',
      ProgramFiles: 'D:\\Programme',
    });
    expect(include).toEqual(['D:\\WINNT', 'D:\\Programme', 'D:\\Program Files (x86)']);
    expect(exclude).toContain('D:\\Users');
    expect(exclude).toContain('D:\\WINNT\\SoftwareDistribution');
  });

  it('are those of Linux on other systems', () => {
    expect(indexPlatform('freebsd')).toBe('linux');
    expect(indexPlatform('win32')).toBe('win32');
    expect(indexPlatform('darwin')).toBe('darwin');
  });
});

describe('folder rules', () => {
  it('walk each folder once, in order, and stop where another rule begins', () => {
    const rules = new FolderRules(
      { include: ['/usr', '/opt/', '/usr/share/app', '/usr', '/srv'], exclude: ['/usr/share', '/srv'] },
      'linux',
    );
    expect(rules.roots.map(({ path, rank }) => [path.toString(), rank])).toEqual([
      ['/usr', 0],
      ['/opt', 1],
      ['/usr/share/app', 2],
    ]);
    expect(rules.isBoundary(Buffer.from('/usr/share'))).toBe(true);
    expect(rules.isBoundary(Buffer.from('/usr/share/app'))).toBe(true);
    expect(rules.isBoundary(Buffer.from('/usr/shared'))).toBe(false);
    expect(rules.isBoundary(Buffer.from('/usr/lib'))).toBe(false);
  });

  it('do not mind the case of names on Windows', () => {
    const folders = { include: ['/Windows'], exclude: ['/windows/Temp'] };
    expect(new FolderRules(folders, 'win32').isBoundary(Buffer.from('/WINDOWS/TEMP'))).toBe(true);
    expect(new FolderRules(folders, 'linux').isBoundary(Buffer.from('/Windows/Temp'))).toBe(false);
  });

  it('tell names apart that are not text', () => {
    const rules = new FolderRules({ include: ['/a'], exclude: ['/a/\u00fc'] }, 'linux');
    expect(rules.isBoundary(Buffer.from('/a/\u00fc'))).toBe(true);
    expect(rules.isBoundary(Buffer.from([0x2f, 0x61, 0x2f, 0xfc]))).toBe(false);
  });
});

describe('the folder of the index', () => {
  it('is the cache folder of the platform', () => {
    expect(defaultHostIndexFolder('linux', {}, '/home/a')).toBe('/home/a/.cache/carrel/seeds');
    expect(defaultHostIndexFolder('linux', { XDG_CACHE_HOME: '/c' }, '/home/a')).toBe('/c/carrel/seeds');
    expect(defaultHostIndexFolder('linux', { XDG_CACHE_HOME: '' }, '/home/a')).toBe(
      '/home/a/.cache/carrel/seeds',
    );
    expect(defaultHostIndexFolder('darwin', {}, '/Users/a')).toBe('/Users/a/Library/Caches/carrel/seeds');
    expect(defaultHostIndexFolder('win32', { LOCALAPPDATA: 'C:\\L' }, 'C:\\Users\\a')).toBe(
      'C:\\L\\carrel\\cache\\seeds',
    );
    expect(defaultHostIndexFolder('win32', {}, 'C:\\Users\\a')).toBe(
      'C:\\Users\\a\\AppData\\Local\\carrel\\cache\\seeds',
    );
  });
});
