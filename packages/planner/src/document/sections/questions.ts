import type { Design } from '../../decisions/index.ts';
import { paragraph, section } from '../model/blocks.ts';
import type { Prose, Section } from '../model/plan-document.ts';
import { joinProse, name, names, prose, quantity, words } from '../model/prose.ts';
import type { Sources } from '../model/sources.ts';

/** What only the business can answer, asked about the things of this plan. */
export function questionsSection(design: Design, sources: Sources): Section {
  const items = [
    ...imageQuestions(design),
    ...workspaceQuestions(design, sources),
    ...separationQuestions(design),
    ...levelQuestions(design),
  ];
  return section('questions', 'Questions for the business', [
    paragraph(words('To be answered, with a name and a date, before the design is accepted.')),
    { kind: 'list', isOrdered: true, items },
  ]);
}

function imageQuestions({ plan }: Design): Prose[] {
  const used = plan.images.map((image) => image.name);
  const combine =
    plan.images.length > 1
      ? [
          prose`Could any of the images ${names(used)} be combined? Two applications in one image take less room and bandwidth than two images, and can be used at the same time.`,
        ]
      : [];
  const licences = plan.images.map(({ name: image, applications }) =>
    applications.length === 0
      ? prose`Which applications are in ${name(image)}, and does each maker license and support them in a virtual machine?`
      : prose`Do the makers of ${names(applications)} license and support them in a virtual machine (${name(image)})?`,
  );
  return [...combine, ...licences];
}

function workspaceQuestions({ plan }: Design, sources: Sources): Prose[] {
  return plan.workspaces.map(({ name: workspace, offlineLimitHours: hours, persistence }) => {
    const kept = words(
      persistence === 'persistent' ? 'keeps what people change inside' : 'forgets it at every stop',
    );
    if (hours === 0) {
      return prose`${name(workspace)} ${kept} and may not be used offline: is it acceptable that work in it stops with every failure of the server?`;
    }
    const limit =
      hours === null
        ? words('without a limit')
        : prose`for ${quantity(hours, 'h', sources.own('plan', `offline limit of ${workspace}`))}`;
    return prose`${name(workspace)} ${kept} and may be used offline ${limit}: is that long enough for those who travel, and short enough for a computer that is lost?`;
  });
}

function separationQuestions({ plan }: Design): Prose[] {
  return plan.separations.map(
    ({ name: group, reason }) =>
      prose`Is an instance of its own really demanded for ${name(group)} (${name(reason)}), and by whom?`,
  );
}

function levelQuestions({ distribution, plan }: Design): Prose[] {
  const missed = distribution.filter(({ meets }) => !meets.initialLoad || !meets.update);
  const places = missed.map(({ location, workspace }) => prose`${name(workspace)} at ${name(location)}`);
  const late =
    missed.length === 0
      ? []
      : [
          prose`Would later times be acceptable for ${joinProse(places, ', ')}, or is money for the link there?`,
        ];
  return [
    ...late,
    prose`Are reports needed while the database is being restored, and who misses them?`,
    ...(plan.growth.years === 0 ? [prose`Will the number of people stay as it is?`] : []),
  ];
}
