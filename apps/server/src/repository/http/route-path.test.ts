import { describe, expect, test } from 'vitest';
import { parsePath } from './route-path.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('paths of the repository', () => {
  test.each([
    ['/v2/', { kind: 'base' }],
    ['/v2/desk/blobs/uploads/', { kind: 'uploads', name: 'desk' }],
    ['/v2/desk/blobs/uploads', { kind: 'uploads', name: 'desk' }],
    [`/v2/a/b/c/blobs/${digest}`, { kind: 'blob', name: 'a/b/c', digest }],
    [`/v2/desk/blobs/sha256%3A${'a'.repeat(64)}`, { kind: 'blob', name: 'desk', digest }],
    ['/v2/desk/manifests/v1.0', { kind: 'manifest', name: 'desk', reference: { kind: 'tag', tag: 'v1.0' } }],
    [
      `/v2/desk/manifests/${digest}`,
      { kind: 'manifest', name: 'desk', reference: { kind: 'digest', digest } },
    ],
    ['/v2/tags/list/tags/list', { kind: 'tags', name: 'tags/list' }],
    [`/v2/desk/referrers/${digest}`, { kind: 'referrers', name: 'desk', subject: digest }],
  ])('%s', (path, expected) => {
    expect(parsePath(path)).toEqual(expected);
  });

  test.each([
    ['/v2/../etc/tags/list', 'NAME_INVALID'],
    ['/v2/%2e%2e/tags/list', 'NAME_INVALID'],
    ['/v2/a%2f..%2fb/tags/list', 'NAME_INVALID'],
    ['/v2/a//b/tags/list', 'NAME_INVALID'],
    ['/v2/_layers/tags/list', 'NAME_INVALID'],
    ['/v2/a/_tags/manifests/x', 'NAME_INVALID'],
    ['/v2/Desk/tags/list', 'NAME_INVALID'],
    ['/v2/desk%00/tags/list', 'NAME_INVALID'],
    ['/v2/desk%/tags/list', 'NAME_INVALID'],
    [`/v2/${'a'.repeat(256)}/tags/list`, 'NAME_INVALID'],
    ['/v2/desk', 'NAME_INVALID'],
    ['/v2/desk/manifests/..', 'TAG_INVALID'],
    ['/v2/desk/manifests/%2e%2e%2fx', 'TAG_INVALID'],
    [`/v2/desk/manifests/${'a'.repeat(129)}`, 'TAG_INVALID'],
    ['/v2/desk/blobs/sha256:abc', 'DIGEST_INVALID'],
    [`/v2/desk/blobs/sha256:${'A'.repeat(64)}`, 'DIGEST_INVALID'],
    [`/v2/desk/blobs/sha512:${'a'.repeat(128)}`, 'DIGEST_INVALID'],
    ['/v2/desk/blobs/..%2f..%2fsecret', 'DIGEST_INVALID'],
  ])('%s is refused with %s', (path, code) => {
    expect(() => parsePath(path)).toThrow(expect.objectContaining({ code }));
  });
});
