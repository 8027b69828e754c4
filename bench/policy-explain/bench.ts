import { type CallInput, type Effect, routes, type Workspace } from '@carrel/contract';
import { databaseKinds, startTestServer, type TestServer } from '../../apps/server/src/testing/index.ts';
import { fillWorld, groupCount, userCount, type World, workspaceCount } from './world.ts';

// What an edit would change for 10,000 users in 50 nested groups, asked over HTTPS of a whole server:
//   node bench/policy-explain/bench.ts
// Nothing is kept between questions: each reads the database anew.

const rounds = 5;
type Preview = CallInput<typeof routes.previewChange>['body'];

interface Question {
  readonly name: string;
  /** @returns how many users it is about */
  readonly ask: (server: TestServer) => Promise<number>;
}

function questionsOf({ workspaces, users, groups }: World): Question[] {
  const [first, second] = workspaces;
  const [outermost, other] = groups;
  const innermost = groups.at(-1);
  if (!first || !second || !outermost || !other || !innermost) throw new Error('the world is empty');
  const preview = (name: string, body: Preview): Question => ({
    name,
    ask: async (server) => {
      const effect: Effect = await server.administrator.call(routes.previewChange, { body });
      return effect.users.count;
    },
  });
  const group = { kind: 'group' as const, id: outermost };
  return [
    preview('a field of a workspace everybody has', {
      kind: 'workspace',
      workspaceId: first.id,
      input: { ...inputOf(first), policy: { virtualMachine: { cpus: 2 } } },
    }),
    preview('its precedence', {
      kind: 'workspace',
      workspaceId: second.id,
      input: { ...inputOf(second), policy: { general: { precedence: 'user' } } },
    }),
    preview('another grant to the outermost group', {
      kind: 'put-assignment',
      workspaceId: second.id,
      assignment: { principal: group, settings: { offlineLimitHours: null } },
    }),
    preview('a denial to it', {
      kind: 'put-assignment',
      workspaceId: first.id,
      assignment: { principal: group, effect: 'deny' },
    }),
    preview('the innermost group loses everybody', {
      kind: 'group-members',
      groupId: innermost,
      members: { userIds: [], groupIds: [] },
    }),
    preview('it gets everybody', {
      kind: 'group-members',
      groupId: innermost,
      members: { userIds: [...users], groupIds: [] },
    }),
    preview('a workspace with 10,000 grants is deleted', {
      kind: 'delete-workspace',
      workspaceId: second.id,
    }),
    {
      name: 'why one user has what they have',
      ask: async (server) => {
        const query = { userId: users[0] ?? '' };
        const explanation = await server.administrator.call(routes.explainPolicy, { query });
        return explanation.workspaces.length > 0 ? 1 : 0;
      },
    },
  ];
}

function inputOf({ name, description, imageId, channel }: Workspace) {
  return { name, description, imageId, channel };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function measure(server: TestServer, { name, ask }: Question): Promise<void> {
  const times: number[] = [];
  let users = 0;
  let heapBytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    const before = process.memoryUsage().heapUsed;
    const startedMs = performance.now();
    users = await ask(server);
    times.push(performance.now() - startedMs);
    heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed - before);
  }
  const [median, slowest] = [times.toSorted((a, b) => a - b)[rounds >> 1] ?? 0, Math.max(...times)];
  const memory = `${(heapBytes / 1e6).toFixed(0)} MB`;
  print(`| ${name} | ${users} | ${median.toFixed(0)} | ${slowest.toFixed(0)} | ${memory} |`);
}

print(
  `${userCount} users, ${groupCount} groups inside each other, ${workspaceCount} workspaces; ${rounds} rounds`,
);
for (const kind of databaseKinds) {
  await using server = await startTestServer(kind);
  const world = await fillWorld(server);
  print(`\n| ${kind} | users | median ms | slowest ms | heap |\n|---|---:|---:|---:|---:|`);
  for (const question of questionsOf(world)) await measure(server, question);
}
print(
  `\npeak memory of the process ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB, the server included`,
);
process.exit();
