import { describe, expect, it } from 'vitest';
import { parseArguments, type Surroundings } from './parse-arguments.ts';

const root: Surroundings = { environment: {}, isRoot: true };
const fingerprint = 'ab'.repeat(32);

describe('arguments of the agent', () => {
  it('finds its folder: as told, from the environment, or where this user keeps such things', () => {
    expect(parseArguments(['run', '--data', '/a'], root)).toEqual({ kind: 'run', data: '/a', asJson: false });
    expect(parseArguments(['run'], root)).toMatchObject({ data: '/var/lib/carrel-agent' });
    const environment = { CARREL_AGENT_DATA: '/b', XDG_DATA_HOME: '/c' };
    expect(parseArguments(['run'], { environment, isRoot: true })).toMatchObject({ data: '/b' });
    const person = { environment: { XDG_DATA_HOME: '/c' }, isRoot: false };
    expect(parseArguments(['run'], person)).toMatchObject({ data: '/c/carrel/agent' });
  });

  it('reads an enrolment as people copy it', () => {
    const shown = fingerprint.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:');
    const argv = ['enrol', 'carrel.example:7443', '--ca-fingerprint', shown];
    expect(parseArguments(argv, root)).toMatchObject({
      server: new URL('https://carrel.example:7443'),
      authorityFingerprint: fingerprint,
      userName: undefined,
      trustFirstUse: false,
    });
  });

  it('reads who enrols by their sign-in', () => {
    expect(parseArguments(['enrol', 'https://a', '--user', 'ada'], root)).toMatchObject({ userName: 'ada' });
  });

  it.each([
    { name: 'no command', argv: [] },
    { name: 'an unknown option', argv: ['run', '--nonsense'] },
    { name: 'a secret among the arguments', argv: ['enrol', 'https://a', '--token', 't'] },
    { name: 'a server without TLS', argv: ['enrol', 'http://a'] },
    { name: 'no server', argv: ['enrol'] },
    { name: 'half a fingerprint', argv: ['enrol', 'a', '--ca-fingerprint', 'abcd'] },
  ])('refuses $name', ({ argv }) => {
    expect(() => parseArguments(argv, root)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
