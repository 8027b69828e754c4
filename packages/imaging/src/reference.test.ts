import { describe, expect, it } from 'vitest';
import { formatReference, parseReference } from './reference.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

describe('parseReference', () => {
  it.each([
    ['oci:/srv/images', { kind: 'layout', path: '/srv/images', name: 'image', tag: 'latest' }],
    ['oci:images:debian', { kind: 'layout', path: 'images', name: 'debian', tag: 'latest' }],
    ['oci:images:debian:12.1', { kind: 'layout', path: 'images', name: 'debian', tag: '12.1' }],
    ['oci:C:\\images:debian:12', { kind: 'layout', path: 'C:\\images', name: 'debian', tag: '12' }],
    [
      'http://localhost:5000/a/b:1',
      { kind: 'registry', origin: 'http://localhost:5000', name: 'a/b', tag: '1' },
    ],
    [
      'oci:https://host/a/b',
      { kind: 'web-layout', origin: 'https://host', path: '/a/b', name: 'image', tag: 'latest' },
    ],
    [
      'oci:http://localhost:8080/a%20b/:x/y:12',
      { kind: 'web-layout', origin: 'http://localhost:8080', path: '/a%20b', name: 'x/y', tag: '12' },
    ],
    [
      'oci:https://[::1]:1/:debian',
      { kind: 'web-layout', origin: 'https://[::1]:1', path: '', name: 'debian', tag: 'latest' },
    ],
    [
      'oci:HTTPS://Host/./a/../%zz b',
      { kind: 'web-layout', origin: 'https://host', path: '/%zz%20b', name: 'image', tag: 'latest' },
    ],
    ['https://host/debian', { kind: 'registry', origin: 'https://host', name: 'debian', tag: 'latest' }],
    [`https://host/debian@${digest}`, { kind: 'registry', origin: 'https://host', name: 'debian', digest }],
  ])('reads %s', (text, expected) => {
    const reference = parseReference(text);
    expect(reference).toEqual(expected);
    expect(parseReference(formatReference(reference))).toEqual(reference);
  });

  it.each([
    '',
    'debian:12',
    'oci:',
    'oci::debian',
    'oci:path:Debian',
    'oci:path:debian:12:x',
    'oci:path:debian:-1',
    'http://',
    'http://host',
    'http://host/',
    'http://user:secret@host/debian',
    'http://host/debian?x=1',
    'http://host/../etc:1',
    'http://host/debian@sha256:12',
    'http://host/a:1:2',
    'ftp://host/debian:1',
    'oci:https://',
    'oci:https://host',
    'oci:https://host:99999/a',
    'oci:https://user:secret@host/a',
    'oci:https://host/a?b',
    'oci:https://host/a#b',
    'oci:https://host/a:Debian',
    'oci:https://host/a:debian:1:2',
  ])('refuses %j', (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'REFERENCE_INVALID' }));
  });
});
