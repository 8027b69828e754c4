import type { Design, InstanceReason } from '../../decisions/index.ts';
import type { Drawing, Prose, Shape } from '../model/plan-document.ts';
import { prose, quantity, words } from '../model/prose.ts';
import type { Sources } from '../model/sources.ts';
import { card, cardHeightPx } from './shapes.ts';

interface Step {
  readonly title: Prose;
  /** Question and answer. */
  readonly lines: readonly (readonly [question: string, answer: Prose])[];
}

const marginPx = 16;
const widthPx = 720;
const answersX = 400;
const gapPx = 30;

/** The four steps of the planning guide, in their order, with what each came to. */
export function drawDecisionFlow(design: Design, sources: Sources): Drawing {
  const shapes: Shape[] = [];
  let y = marginPx;
  for (const [at, step] of decisionSteps(design, sources).entries()) {
    const height = cardHeightPx(step.lines.length);
    if (at > 0) {
      const middle = widthPx / 2;
      shapes.push({
        kind: 'line',
        points: [
          [middle, y - gapPx],
          [middle, y],
        ],
        tone: 'plain',
        hasArrow: true,
      });
    }
    const left = { x: marginPx, y, width: answersX - marginPx, height };
    const right = { x: answersX, y, width: widthPx - answersX - marginPx, height };
    const questions = step.lines.map(([question]) => words(question));
    const answers = step.lines.map(([, answer]) => answer);
    shapes.push(...card(left, { title: step.title, lines: questions, tone: 'place' }));
    shapes.push(...card(right, { title: words('Answer'), lines: answers, tone: 'server' }));
    y += height + gapPx;
  }
  return { widthPx, heightPx: y - gapPx + marginPx, shapes };
}

/** The same in words. */
export function describeDecisionFlow(design: Design, sources: Sources): Prose[] {
  return decisionSteps(design, sources).flatMap(({ title, lines }) =>
    lines.map(([question, answer]) => prose`${title}: ${words(question)} ${answer}.`),
  );
}

function decisionSteps(design: Design, sources: Sources): Step[] {
  return [
    scope(design, sources),
    instances(design, sources),
    servers(design, sources),
    repositories(design, sources),
  ];
}

function scope({ plan, locations, instances: all }: Design, sources: Sources): Step {
  const clients = all.reduce((sum, instance) => sum + instance.clients, 0);
  return {
    title: words('Scope of the project'),
    lines: [
      [
        'Who works where?',
        prose`${quantity(clients, 'clients', sources.decision('scope.population', ''))} at ${quantity(locations.length, 'locations', sources.own('document.count', 'locations'))}`,
      ],
      [
        'Which virtual machines?',
        prose`${quantity(plan.workspaces.length, 'workspaces', sources.own('document.count', 'workspaces'))} on ${quantity(plan.images.length, 'images', sources.own('document.count', 'images'))}`,
      ],
    ],
  };
}

const reasonQuestions: readonly (readonly [InstanceReason, string])[] = [
  ['users', 'More clients than one instance carries?'],
  ['trust-domain', 'People in domains without trust?'],
  ['isolated-network', 'Networks that are cut off?'],
  ['organisation', 'Groups managed or secured apart?'],
  ['law', 'Rules of law that separate?'],
];

function instances({ instances: all }: Design, sources: Sources): Step {
  const source = sources.decision('instances.count', '');
  const lines = reasonQuestions.map(([reason, question]) => {
    const more = all.filter((instance) => instance.reason === reason).length;
    return [question, more === 0 ? words('no') : prose`${quantity(more, 'more', source)}`] as const;
  });
  const total = [quantity(all.length, 'instances', source)];
  return { title: words('Number of instances'), lines: [...lines, ['Together with the first', total]] };
}

function servers({ instances: all }: Design, sources: Sources): Step {
  const of = (count: number, what: string): Prose =>
    prose`${quantity(count, '', sources.own('document.count', what))} of ${quantity(all.length, '', sources.decision('instances.count', ''))}`;
  const consoles = all.flatMap((instance) => instance.consoles).reduce((sum, { count }) => sum + count, 0);
  return {
    title: words('Servers of each instance'),
    lines: [
      [
        'Instances with a backup server',
        of(all.filter(({ backupServer }) => backupServer.isNeeded).length, 'backup servers'),
      ],
      [
        'Databases on machines of their own',
        of(all.filter(({ database }) => database.placement === 'separate').length, 'separate databases'),
      ],
      [
        'Databases with a standby',
        of(all.filter(({ database }) => database.hasStandby).length, 'standby databases'),
      ],
      ['Management consoles', [quantity(consoles, '', sources.own('document.count', 'consoles'))]],
    ],
  };
}

function repositories({ distribution, repositories: all }: Design, sources: Sources): Step {
  const count = (value: number, of: string): Prose => [
    quantity(value, '', sources.own('document.count', of)),
  ];
  const by = (technique: string): Prose =>
    count(
      distribution.filter((choice) => choice.technique === technique).length,
      `first versions: ${technique}`,
    );
  const local = all.filter(({ reason }) => reason !== 'instance').length;
  return {
    title: words('Image repositories'),
    lines: [
      ['First versions downloaded', prose`at ${by('network')} pairs of location and workspace`],
      ['First versions on removable media', prose`at ${by('removable-media')}`],
      ['First versions pre-staged', prose`at ${by('pre-stage')}`],
      [
        'Repositories',
        prose`${quantity(all.length, '', sources.decision('repositories.count', ''))}, of which ${count(local, 'additional repositories')} additional`,
      ],
    ],
  };
}
