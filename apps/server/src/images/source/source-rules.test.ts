import { describe, expect, it } from 'vitest';
import { createSourceRules } from './source-rules.ts';

const origin = new URL('https://registry.example');

describe('where images may come from', () => {
  it.each([
    'http://127.0.0.1:5000/x',
    'http://localhost.example@127.1/x',
    'http://0x7f000001/x',
    'http://2130706433/x',
    'http://10.1.2.3/x',
    'http://172.31.255.255/x',
    'http://192.168.0.1/x',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1/x',
    'http://0.0.0.0/x',
    'http://224.0.0.1/x',
    'http://255.255.255.255/x',
    'http://[::1]/x',
    'http://[::]/x',
    'http://[::ffff:127.0.0.1]/x',
    'http://[64:ff9b::7f00:1]/x',
    'http://[fd00::1]/x',
    'http://[fe80::1]/x',
    'http://[2002:7f00:1::]/x',
  ])('not from %s, given or redirected to', (address) => {
    const url = new URL(address);
    expect(() => createSourceRules(url, null).checkUrl(url)).toThrow('no public address');
    expect(() => createSourceRules(origin, ['registry.example']).checkUrl(url)).toThrow('no public address');
  });

  it.each(['127.0.0.1', '10.0.0.7', '::1', '::ffff:10.0.0.7', 'fe80::1'])(
    'not from a name that leads to %s',
    (address) => {
      expect(() => createSourceRules(origin, null).checkAddress('registry.example', address)).toThrow(
        'no public address',
      );
    },
  );

  it('from public addresses while none are named', () => {
    const rules = createSourceRules(origin, null);
    for (const url of [origin, new URL('http://192.0.2.1/x'), new URL('https://[2a00::1]:5000/x')]) {
      expect(() => rules.checkUrl(url)).not.toThrow();
    }
    expect(() => rules.checkAddress('registry.example', '203.0.113.9')).not.toThrow();
  });

  it('from those that are named only, wherever they are, and from where these lead', () => {
    const allowed = ['registry.example', '127.0.0.1:5000'];
    const inner = new URL('http://127.0.0.1:5000/x');
    expect(() => createSourceRules(inner, allowed).checkUrl(inner)).not.toThrow();
    const rules = createSourceRules(origin, allowed);
    expect(() => rules.checkUrl(origin)).not.toThrow();
    expect(() => rules.checkAddress('registry.example', '10.0.0.7')).not.toThrow();
    expect(() => rules.checkUrl(new URL('https://cdn.example/blob'))).not.toThrow();
    expect(() => rules.checkAddress('cdn.example', '10.0.0.7')).toThrow('no public address');
    const others = ['https://elsewhere.example', 'https://registry.example:8443', 'http://127.0.0.1:5001'];
    for (const text of others) {
      const other = new URL(text);
      expect(() => createSourceRules(other, allowed).checkUrl(other), text).toThrow('not among');
    }
  });
});
