import { newWorkspacePolicySchema, type WebRule, workspacePolicySchema } from '@carrel/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWebDecider } from './decide-web.ts';
import { matchesGlob } from './glob.ts';

type RuleInput = readonly [kind: WebRule['kind'], value?: string];

const webOf = (...rules: RuleInput[]) =>
  workspacePolicySchema.parse({
    web: {
      listed: 'workspace',
      others: 'host',
      rules: rules.map(([kind, value]) => ({ kind, ...(value === undefined ? {} : { value }) })),
    },
  }).web;

/** Position of the rule that decides; `others` or `not-web` otherwise. */
function decide(url: string, ...rules: RuleInput[]): number | string {
  const { by } = createWebDecider(webOf(...rules))(url);
  return by.kind === 'rule' ? by.position : by.kind;
}

describe('where an address opens', () => {
  it('is said by the list, else by what holds for others, with the rule that decided', () => {
    const web = webOf(['domain-suffix', 'intranet.example']);
    const decider = createWebDecider(web);
    expect(decider('https://wiki.intranet.example/')).toEqual({
      opensIn: 'workspace',
      by: { kind: 'rule', position: 0, rule: web.rules[0] },
    });
    expect(decider('https://example.org/')).toEqual({ opensIn: 'host', by: { kind: 'others' } });
  });

  it('stays as it is where no rule about the web can speak', () => {
    for (const url of [
      'file:///etc/passwd',
      'javascript:alert(1)',
      'mailto:ada@example.com',
      'nonsense',
      '',
    ]) {
      expect(createWebDecider(webOf(['all-local']))(url)).toEqual({
        opensIn: 'unchanged',
        by: { kind: 'not-web' },
      });
    }
  });

  it('is decided by the first of several rules that fit', () => {
    const rules: RuleInput[] = [
      ['url', 'https://*.example.com/secret/*'],
      ['domain-suffix', 'example.com'],
      ['url', '*://a.example.com/*'],
    ];
    expect(decide('https://a.example.com/secret/1', ...rules)).toBe(0);
    expect(decide('https://a.example.com/', ...rules)).toBe(1);
    expect(decide('https://a.example.com/', ...rules.toReversed())).toBe(0);
  });
});

describe('a domain suffix', () => {
  it.each([
    ['the domain itself', 'https://example.com', 0],
    ['a name below it', 'http://a.b.example.com/x', 0],
    ['any port', 'https://example.com:8443/', 0],
    ['any case', 'HTTPS://WWW.EXAMPLE.COM/', 0],
    ['a dot at the end', 'https://example.com./', 0],
    ['not a name that only ends alike', 'https://evilexample.com/', 'others'],
    ['not a name that goes on', 'https://example.com.evil.test/', 'others'],
    ['not what stands before an @', 'https://example.com@evil.test/', 'others'],
    ['not a password that looks like it', 'https://user:example.com@evil.test/', 'others'],
    ['not a path or query', 'https://evil.test/example.com?q=example.com', 'others'],
    ['not a backslash instead of a slash', 'https://evil.test\\@example.com/', 'others'],
    ['a line break browsers ignore', 'https://exam\nple.com/', 0],
    ['an escape browsers resolve', 'https://ex%61mple.com/', 0],
    ['a full-width letter browsers fold', 'https://ｅxample.com/', 0],
  ])('covers %s', (_what, url, expected) => {
    expect(decide(url, ['domain-suffix', 'example.com'])).toBe(expected);
  });

  it('may be written with a dot before it, and in any script', () => {
    expect(decide('https://www.bücher.example/', ['domain-suffix', '.BÜCHER.example'])).toBe(0);
    expect(decide('https://www.xn--bcher-kva.example/', ['domain-suffix', 'bücher.example'])).toBe(0);
    expect(decide('https://www.bücher.example/', ['domain-suffix', 'xn--bcher-kva.example'])).toBe(0);
  });

  it('covers a name without a dot, as an alias', () => {
    expect(decide('http://payroll/', ['domain-suffix', 'payroll'])).toBe(0);
  });
});

describe('a beginning of an address', () => {
  it.each([
    ['10.1', 'http://10.1.2.3/', 0],
    ['10.1.', 'http://10.1.2.3/', 0],
    ['10.1', 'http://10.10.2.3/', 'others'],
    ['10.1.2.3', 'http://10.1.2.3:8080/', 0],
    ['10.1.2.3', 'http://10.1.2.30/', 'others'],
    ['172.16.0.0/12', 'http://172.31.255.255/', 0],
    ['172.16.0.0/12', 'http://172.32.0.0/', 'others'],
    ['0.0.0.0/0', 'http://8.8.8.8/', 0],
    ['2001:db8::/32', 'http://[2001:DB8:0:1::1]/', 0],
    ['2001:db8::/32', 'http://[2001:db9::1]/', 'others'],
    ['2001:db8::1', 'http://[2001:db8:0:0:0:0:0:1]/', 0],
    ['127', 'http://0x7f.1/', 0],
    ['127', 'http://2130706433/', 0],
    ['10.1', 'http://[::ffff:10.1.2.3]/', 0],
    ['10.1', 'http://10.1.2.3.example.com/', 'others'],
    ['10.1', 'http://ten.example/', 'others'],
  ])('%s for %s', (value, url, expected) => {
    expect(decide(url, ['ip-prefix', value])).toBe(expected);
  });
});

describe('all local addresses', () => {
  it.each([
    ['http://payroll/', 0],
    ['http://payroll:8080/x.y', 0],
    ['http://payroll./', 0],
    ['http://payroll.corp/', 'others'],
    ['http://[fe80::1]/', 'others'],
    ['http://10.0.0.1/', 'others'],
  ])('%s', (url, expected) => {
    expect(decide(url, ['all-local'])).toBe(expected);
  });
});

describe('an address with wildcards', () => {
  it.each([
    ['https://*.example.com/*', 'https://a.b.example.com/', 0],
    ['https://*.example.com/*', 'https://example.com/', 'others'],
    ['https://*.example.com/*', 'https://evil-example.com/', 'others'],
    ['https://*.example.com/*', 'http://a.example.com/', 'others'],
    ['*://*.example.com/*', 'http://a.example.com/', 0],
    ['example.com', 'https://example.com/any/where?at=all', 0],
    ['https://*', 'https://anything.test:1/', 'others'],
    ['https://*:*', 'https://anything.test:1/', 0],
    ['http://example.com/', 'http://example.com', 0],
    ['http://example.com/', 'http://example.com/more', 'others'],
    ['http://example.com/app', 'http://example.com/APP', 'others'],
    ['http://example.com/app/*', 'http://example.com/app/../admin', 'others'],
    ['http://example.com/app/*', 'http://example.com/app/%2e%2e/admin', 'others'],
    ['http://example.com/admin', 'http://example.com/%61dmin', 0],
    ['http://example.com/a%2fb', 'http://example.com/a%2Fb', 0],
    ['http://example.com/a*z', 'http://example.com/a/b/z', 0],
    ['http://example.com/s?q=*', 'http://example.com/s?q=1', 0],
    ['http://example.com/s', 'http://example.com/s?q=1', 0],
    ['http://example.com/s?q=*', 'http://example.com/s', 'others'],
    ['http://example.com:80/', 'http://example.com/', 0],
    ['http://example.com:8080/', 'http://example.com:8080/', 0],
    ['http://example.com:8080/', 'http://example.com/', 'others'],
    ['http://web*.example.com/', 'http://web12.example.com/', 0],
    ['http://BÜCHER.example/', 'http://xn--bcher-kva.example/', 0],
    ['http://*.bücher.example/', 'http://a.bücher.example/', 0],
  ])('%s for %s', (value, url, expected) => {
    expect(decide(url, ['url', value])).toBe(expected);
  });
});

describe('rules', () => {
  it.each<RuleInput>([
    ['domain-suffix', '*.example.com'],
    ['domain-suffix', ''],
    ['domain-suffix', '10.1.2.3'],
    ['domain-suffix', 'example.com/path'],
    ['domain-suffix', 'a..b'],
    ['ip-prefix', '10.256'],
    ['ip-prefix', '10.01'],
    ['ip-prefix', '10.0.0.0/33'],
    ['ip-prefix', '10.0.0.0/8/8'],
    ['ip-prefix', '10/8'],
    ['ip-prefix', 'example.com'],
    ['ip-prefix', '2001:db8:'],
    ['all-local', 'payroll'],
    ['url', 'ftp://example.com/'],
    ['url', 'http://user@example.com/'],
    ['url', 'http://example.com:99999/'],
    ['url', 'javascript:alert(1)'],
    ['url', ''],
  ])('%s "%s" is refused', (kind, value) => {
    const web = { rules: [{ kind, value }] };
    const issues = newWorkspacePolicySchema.safeParse({ web }).error?.issues ?? [];
    expect(issues.map((issue) => issue.path)).toEqual([['web', 'rules', 0, 'value']]);
  });
});

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,6}[a-z0-9])?$/);
const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));

describe('for any address', () => {
  it('a decision is made, and never an error', () => {
    const decider = createWebDecider(
      webOf(['domain-suffix', 'example.com'], ['url', '*://*/*'], ['all-local']),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl()), (text) => {
        expect(['workspace', 'host', 'unchanged']).toContain(decider(text).opensIn);
        expect(['workspace', 'host', 'unchanged']).toContain(decider(`https://${text}/`).opensIn);
      }),
    );
  });

  it('a rule is understood or refused, and never an error', () => {
    const kinds = fc.constantFrom<WebRule['kind']>('domain-suffix', 'ip-prefix', 'all-local', 'url');
    const pieces = fc.constantFrom(
      'http://',
      '*',
      '.',
      ':',
      '/',
      '%',
      '[',
      ']',
      '@',
      '10',
      '::',
      'ü',
      'a',
      '?',
      '#',
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(pieces, { maxLength: 8 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(kinds, value, fc.webUrl(), (kind, text, url) => {
        const web = { listed: 'workspace' as const, rules: [{ kind, value: text }] };
        const saved = newWorkspacePolicySchema.safeParse({ web });
        if (saved.success)
          expect(['workspace', 'unchanged']).toContain(createWebDecider(saved.data.web)(url).opensIn);
        else expect(saved.error.issues[0]?.path.slice(0, 2)).toEqual(['web', 'rules']);
      }),
    );
  });

  it('a suffix covers exactly the names whose last labels it is', () => {
    fc.assert(
      fc.property(host, host, (name, suffix) => {
        const isBelow = `.${name}`.endsWith(`.${suffix}`);
        expect(decide(`https://${name}/`, ['domain-suffix', suffix])).toBe(isBelow ? 0 : 'others');
      }),
    );
  });

  it('a network covers exactly the addresses whose first bits are its own', () => {
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: 32 }), (parts, network, bits) => {
        const binary = (bytes: readonly number[]) =>
          bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
        const isInside = binary(parts).slice(0, bits) === binary(network).slice(0, bits);
        const rule: RuleInput = ['ip-prefix', `${network.join('.')}/${bits}`];
        expect(decide(`http://${parts.join('.')}/`, rule)).toBe(isInside ? 0 : 'others');
      }),
    );
  });

  it('many rules decide as one after the other would', () => {
    const anyRule: fc.Arbitrary<RuleInput> = fc.oneof(
      host.map((suffix): RuleInput => ['domain-suffix', suffix]),
      host.map((name): RuleInput => ['url', `*://*.${name}/*`]),
      host.map((name): RuleInput => ['url', `http://${name}`]),
      fc.constant<RuleInput>(['all-local']),
      address.map(([a, b]): RuleInput => ['ip-prefix', `${a}.${b}`]),
    );
    const url = fc
      .oneof(
        host,
        address.map((parts) => parts.join('.')),
      )
      .map((name) => `http://${name}/`);
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 20 }), url, (rules, at) => {
        const first = rules.findIndex((rule) => decide(at, rule) === 0);
        expect(decide(at, ...rules)).toBe(first === -1 ? 'others' : first);
      }),
    );
  });

  it('a pattern fits as the regular expression it stands for', () => {
    const text = fc.stringMatching(/^[ab*.]{0,12}$/);
    fc.assert(
      fc.property(text, fc.stringMatching(/^[ab.]{0,12}$/), (pattern, against) => {
        const expression = pattern.replace(/\./g, '\\.').replace(/\*/g, '.*');
        expect(matchesGlob(pattern, against)).toBe(new RegExp(`^${expression}$`).test(against));
      }),
    );
  });
});

describe('ten thousand rules', () => {
  it('each decide where no other does', () => {
    const rules = Array.from({ length: 10_000 }, (_unused, at): RuleInput => {
      const kinds: RuleInput[] = [
        ['domain-suffix', `host-${at}.example.com`],
        ['url', `https://*.site-${at}.example.net/*`],
        ['ip-prefix', `10.${at >> 8}.${at & 255}`],
      ];
      return kinds[at % 3] ?? ['all-local'];
    });
    const decider = createWebDecider(webOf(...rules));
    let decided = 0;
    for (let at = 0; at < 20_000; at += 1) {
      const { by } = decider(`https://a.site-${at}.example.net/${at}`);
      if (by.kind === 'rule') decided += 1;
    }
    expect(decided).toBe(3333);
  });
});
