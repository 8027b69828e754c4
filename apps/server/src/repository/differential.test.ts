import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReferenceRegistry, startReferenceRegistry } from './testing/docker-registry.ts';
import { digestOf, imageManifest, imageManifestType, pushImage } from './testing/push.ts';
import { startRepository, type TestRepository } from './testing/start-repository.ts';

const blob = randomBytes(100_000);
const digest = digestOf(blob);
const config = Buffer.from('{}');
const unknown = `sha256:${'0'.repeat(64)}`;
const manifest = imageManifest([
  { digest: digestOf(config), size: config.length },
  { digest, size: blob.length },
]);

let ours: TestRepository;
let reference: ReferenceRegistry;

beforeAll(async () => {
  [ours, reference] = await Promise.all([startRepository(), startReferenceRegistry()]);
  for (const server of [ours, { fetch: fetchReference }]) {
    await pushImage(server, 'lab/desk', 'v1', [config, blob]);
    await pushImage(server, 'lab/desk', 'v2', [config, blob]);
  }
});
afterAll(async () => {
  await ours[Symbol.asyncDispose]();
  await reference[Symbol.asyncDispose]();
});

function fetchReference(path: string, init?: RequestInit): Promise<Response> {
  return fetch(path.startsWith('http') ? path : reference.origin + path, init);
}

/** The headers in which the two are held against each other. */
const compared = [
  'accept-ranges',
  'content-length',
  'content-range',
  'docker-content-digest',
  'etag',
  'location',
  'range',
] as const;

interface Outcome {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly errorCode: string | undefined;
}

/** Bodies of failures are sentences of each server's own; that is why their length is left out, too. */
async function outcomeOf(answer: Response): Promise<Outcome> {
  const body = (await answer.text()).trimEnd();
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
  const headers = compared.flatMap((name) => {
    const value = answer.headers.get(name);
    const isLeftOut = value === null || (isJson && name === 'content-length') || answer.status === 304;
    return isLeftOut ? [] : [[name, anonymous(value)]];
  });
  const errorCode = /"code":"(\w+)"/.exec(body)?.[1];
  return {
    status: answer.status,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body,
    errorCode,
  };
}

/** Takes out what must differ: hosts, ids of uploads, the reference's state parameter. */
function anonymous(value: string): string {
  return value
    .replace(/^http:\/\/[^/]+/, '')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, 'ID')
    .replace(/\?_state=.*/, '');
}

type Step = readonly [
  method: string,
  path: string,
  init?: { headers?: Record<string, string>; body?: string },
];

/** Sends the steps; `{location}` is where the latest upload is. The last answer counts. */
async function play(send: typeof fetchReference, steps: readonly Step[]): Promise<Outcome> {
  let location = '';
  let outcome: Outcome | undefined;
  for (const [method, path, init] of steps) {
    const join = path.includes('?') && location.includes('?') ? path.replace('?', '&') : path;
    const answer = await send(join.replace('{location}', location), { method, ...init });
    if (answer.headers.has('docker-upload-uuid')) location = answer.headers.get('location') ?? location;
    outcome = await outcomeOf(answer);
  }
  if (!outcome) throw new Error('no steps');
  return outcome;
}

const blobPath = `/v2/lab/desk/blobs/${digest}`;
const begin: Step = ['POST', '/v2/lab/desk/blobs/uploads/'];
const octets = { 'content-type': 'application/octet-stream' };
const putType = { 'content-type': imageManifestType };
const acceptType = { accept: imageManifestType };

const table: readonly (readonly [name: string, steps: readonly Step[]])[] = [
  ['base', [['GET', '/v2/']]],
  ['blob', [['GET', blobPath]]],
  ['blob, head', [['HEAD', blobPath]]],
  ['blob that is not there', [['GET', `/v2/lab/desk/blobs/${unknown}`]]],
  ['blob of a name that is not there', [['GET', `/v2/nowhere/blobs/${digest}`]]],
  ['range', [['GET', blobPath, { headers: { range: 'bytes=10-19' } }]]],
  ['range to the end', [['GET', blobPath, { headers: { range: 'bytes=99990-' } }]]],
  ['last bytes', [['GET', blobPath, { headers: { range: 'bytes=-5' } }]]],
  ['range longer than the blob', [['GET', blobPath, { headers: { range: 'bytes=99990-200000' } }]]],
  [
    'range, If-Range fits',
    [['GET', blobPath, { headers: { range: 'bytes=1-2', 'if-range': `"${digest}"` } }]],
  ],
  [
    'range, If-Range does not fit',
    [['GET', blobPath, { headers: { range: 'bytes=1-2', 'if-range': '"x"' } }]],
  ],
  ['not modified', [['GET', blobPath, { headers: { 'if-none-match': `"${digest}"` } }]]],
  ['manifest', [['GET', '/v2/lab/desk/manifests/v1', { headers: acceptType }]]],
  ['manifest, head', [['HEAD', '/v2/lab/desk/manifests/v1', { headers: acceptType }]]],
  ['manifest by digest', [['GET', `/v2/lab/desk/manifests/${digestOf(manifest)}`, { headers: acceptType }]]],
  ['manifest that is not there', [['GET', '/v2/lab/desk/manifests/v9', { headers: acceptType }]]],
  ['manifest pushed', [['PUT', '/v2/lab/desk/manifests/v3', { headers: putType, body: manifest }]]],
  ['manifest, no JSON', [['PUT', '/v2/lab/desk/manifests/bad', { headers: putType, body: 'x' }]]],
  [
    'manifest of a blob that is not there',
    [
      [
        'PUT',
        '/v2/lab/desk/manifests/bad',
        { headers: putType, body: imageManifest([{ digest: unknown, size: 1 }]) },
      ],
    ],
  ],
  ['tags', [['GET', '/v2/lab/desk/tags/list']]],
  ['tags of a name that is not there', [['GET', '/v2/nowhere/tags/list']]],
  ['upload begun', [begin]],
  ['upload, state of an empty one', [begin, ['GET', '{location}']]],
  ['upload, a piece', [begin, ['PATCH', '{location}', { headers: octets, body: 'abc' }]]],
  [
    'upload, two pieces with ranges',
    [
      begin,
      ['PATCH', '{location}', { headers: { ...octets, 'content-range': '0-2' }, body: 'abc' }],
      ['PATCH', '{location}', { headers: { ...octets, 'content-range': '3-5' }, body: 'def' }],
    ],
  ],
  [
    'upload finished',
    [
      begin,
      ['PATCH', '{location}', { headers: octets, body: 'abc' }],
      ['PUT', `{location}?digest=${digestOf('abcdef')}`, { headers: octets, body: 'def' }],
    ],
  ],
  [
    'upload of another digest',
    [begin, ['PUT', `{location}?digest=${unknown}`, { headers: octets, body: 'abc' }]],
  ],
  ['upload without a digest', [begin, ['PUT', '{location}', { headers: octets, body: 'abc' }]]],
  ['upload cancelled', [begin, ['DELETE', '{location}']]],
  ['upload cancelled, then its state', [begin, ['DELETE', '{location}'], ['GET', '{location}']]],
  ['mount', [['POST', `/v2/lab/second/blobs/uploads/?mount=${digest}&from=lab/desk`]]],
  ['mount of what is not there', [['POST', `/v2/lab/second/blobs/uploads/?mount=${unknown}&from=lab/desk`]]],
  [
    'manifest deleted',
    [
      ['PUT', `/v2/lab/desk/manifests/gone`, { headers: putType, body: `${manifest} ` }],
      ['DELETE', `/v2/lab/desk/manifests/${digestOf(`${manifest} `)}`],
    ],
  ],
  ['manifest deleted that is not there', [['DELETE', `/v2/lab/desk/manifests/${unknown}`]]],
];

describe('answers as the reference registry does', () => {
  test.each(table)('%s', async (_, steps) => {
    const expected = await play(fetchReference, steps);
    const actual = await play((path, init) => ours.fetch(path, init), steps);
    expect({ status: actual.status, errorCode: actual.errorCode, headers: actual.headers }).toEqual({
      status: expected.status,
      errorCode: expected.errorCode,
      headers: expected.headers,
    });
    if (actual.errorCode === undefined) expect(actual.body).toBe(expected.body);
  });
});
