import type { DecisionId } from './decision.ts';

/** What a kind of decision asks, and the rule that answers it. */
export interface DecisionRule {
  readonly step: 1 | 2 | 3 | 4;
  readonly question: string;
  readonly text: string;
  readonly source: string;
}

const guide = (step: string): string => `planning guide, step ${step}`;

/** Every decision the planner makes, in the order of the guide. `docs/planning.md` names each; a test holds it to that. */
export const decisionRules = {
  'scope.population': {
    step: 1,
    question: 'How many people are there to plan for?',
    text: 'users = the sum over locations, × (1 + growth a year) ^ years, not less than today; travellers count at every location they may visit, but have one computer.',
    source: guide('1.1'),
  },
  'scope.images': {
    step: 1,
    question: 'Can images be combined?',
    text: 'Images used at exactly the same locations and kept the same way, or holding the same application, are candidates; at most all but the largest of them is saved.',
    source: guide('1.4'),
  },
  'instances.count': {
    step: 2,
    question: 'How many instances are needed?',
    text: 'instances = the sum over all groups that must be apart of clients ÷ limit, rounded up; groups are split by isolated network, untrusted domain, organisation and law.',
    source: guide('2'),
  },
  'instances.reason': {
    step: 2,
    question: 'Why is there this instance?',
    text: 'The first instance needs no reason; each other one has one: the limit of users, an untrusted domain, an isolated network, organisation, or law.',
    source: guide('2'),
  },
  'server.form-factor': {
    step: 3,
    question: 'What machine is the server?',
    text: 'Processors, clock rate and memory are those of the product; disk = bytes a workspace × workspaces, and a workspace is one image with one policy.',
    source: guide('3, form factor'),
  },
  'server.place': {
    step: 3,
    question: 'Where does the server stand?',
    text: 'Where the plan says, and for a law within its locations; else where the sum of clients × links between is least, however fast the links are.',
    source: guide('3, form factor'),
  },
  'server.backup': {
    step: 3,
    question: 'Does the server need a backup server?',
    text: 'Yes when the shortest offline limit of its workspaces is shorter than the hours until a failed server is back.',
    source: guide('3, fault tolerance'),
  },
  'database.size': {
    step: 3,
    question: 'How large is the event database?',
    text: 'bytes = clients × events a day × bytes an event × days kept × safety factor.',
    source: guide('3, database'),
  },
  'database.writes': {
    step: 3,
    question: 'How many operations a second does the database bear?',
    text: 'writes a second = clients × events a day ÷ 86,400; operations = writes × (1 + report share × consoles).',
    source: guide('3, database'),
  },
  'database.place': {
    step: 3,
    question: 'Where is the database?',
    text: 'Where the plan says; else with the server while that bears its operations, else on a machine of its own beside it.',
    source: guide('3, database'),
  },
  'database.standby': {
    step: 3,
    question: 'Does the database need a warm standby?',
    text: 'Yes when it is back later than the business can do without reports; log shipping or streaming replication, no cluster.',
    source: guide('3, database'),
  },
  consoles: {
    step: 3,
    question: 'How many consoles are there, and where?',
    text: 'As the plan says, for each instance whose network they are in; else one at the server. A console never runs on the server.',
    source: guide('3, management console'),
  },
  'distribution.technique': {
    step: 4,
    question: 'How do people get the image?',
    text: 'Over the network when links and repository have everybody served in time, all beginning at once: seconds = the longest over the links between of bytes of everything on it ÷ what it carries by the hour. Else staged before where software distribution is at hand, or on media, if that costs less than a repository.',
    source: guide('4.1'),
  },
  'repositories.count': {
    step: 4,
    question: 'How many repositories are needed?',
    text: 'One for each group whose images are apart and each network; those that stand already; one more at each link that could not carry updates, or first versions more cheaply, in time.',
    source: guide('4.2'),
  },
  'repository.reason': {
    step: 4,
    question: 'Why is there this repository?',
    text: 'The first of a network and group needs no further reason, nor does one that stands already; each other one is at a link that misses a service level.',
    source: guide('4.2'),
  },
  'repository.disk': {
    step: 4,
    question: 'How much disk does the repository need?',
    text: 'The sum over its images of their size; where the product packs them, packed size + (versions kept − 1) × packed change.',
    source: guide('4.3'),
  },
  'repository.concurrency': {
    step: 4,
    question: 'How many may load from it at the same time?',
    text: 'Everybody who may load from it, visitors included: a new version is announced and all begin.',
    source: guide('4.3'),
  },
  'repository.web-servers': {
    step: 4,
    question: 'How many web servers does it need?',
    text: 'throughput = the sum over its clients of bytes ÷ service level; web servers = throughput ÷ what one gives out, rounded up, and as many as finish in time.',
    source: guide('4.4'),
  },
  'failure.server': {
    step: 3,
    question: 'What stops when the server fails?',
    text: 'People of a workspace stop when its offline limit is over, at once where work offline is forbidden, until the server is back.',
    source: guide('3, fault tolerance'),
  },
  'failure.database': {
    step: 3,
    question: 'What stops when the database fails?',
    text: 'Reports; events wait on the clients. Where the server keeps everything in its database, contacts fail with it, as when the server fails.',
    source: guide('3, database'),
  },
  'failure.repository': {
    step: 4,
    question: 'What stops when the repository fails?',
    text: 'First loads and updates of its clients, until it is back; whoever has an image works on.',
    source: guide('4.3'),
  },
  'failure.link': {
    step: 3,
    question: 'What stops when the link fails?',
    text: 'Whoever is on its other side than their server stops when the offline limit is over, until the link is repaired.',
    source: guide('3, fault tolerance'),
  },
} as const satisfies Readonly<Record<DecisionId, DecisionRule>>;
