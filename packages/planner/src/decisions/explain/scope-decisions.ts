import type { Image } from '../../plan-file/index.ts';
import type { Decision } from '../decision.ts';
import { sizesOf } from '../delivery/index.ts';
import { compareText } from '../network/index.ts';
import type { Survey } from '../survey.ts';
import { decide, derived, given, people, show } from './decide.ts';

/** Step 1: people, and images that could become one. */
export function scopeDecisions(survey: Survey): Decision[] {
  return [populationDecision(survey), ...imageDecisions(survey)];
}

function populationDecision({ plan, population }: Survey): Decision {
  const today = plan.locations.reduce((sum, { users }) => sum + users, 0);
  const planned = population.users.reduce((sum, users) => sum + users, 0);
  const travelling = plan.travellers.reduce((sum, { users }) => sum + users, 0);
  return decide('scope.population', {
    answer: `${people(planned)} at ${plan.locations.length} locations; ${travelling === 0 ? 'nobody travels' : `up to ${show(travelling)} of them travel`}.`,
    numbers: [
      given('users today', today, 'users'),
      given('growth a year', plan.growth.usersPerYearShare, ''),
      given('years', plan.growth.years, 'years'),
      given('travellers', travelling, 'users'),
      derived('growth until the end', population.growthFactor, ''),
      derived('users planned for', planned, 'users'),
    ],
    alternatives: [
      {
        answer: 'Count travellers once only.',
        why: 'Repositories and links must bear all who may be there at the same time.',
      },
    ],
    flips: [
      { when: 'users grow more than planned', then: 'instances, database and repositories are counted anew' },
    ],
  });
}

/** Images that could be combined, each list at least two. */
export function combinableImages({
  plan,
  population,
}: Pick<Survey, 'plan' | 'population'>): readonly Image[][] {
  const places = new Map<string, string[]>();
  for (const [index, counts] of population.residents.entries()) {
    for (const at of counts.keys()) {
      const workspace = population.workspaces[at];
      const list = places.get(workspace?.image ?? '') ?? [];
      const place = `${workspace?.persistence ?? ''} ${index}`;
      if (!list.includes(place, -population.workspaces.length)) list.push(place);
      places.set(workspace?.image ?? '', list);
    }
  }
  const alike = new Map<string, Image[]>();
  const put = (key: string, image: Image): void => {
    alike.set(key, [...(alike.get(key) ?? []), image]);
  };
  const used = plan.images.filter(({ name }) => places.has(name));
  for (const image of used.sort((left, right) => compareText(left.name, right.name))) {
    put(`used at ${(places.get(image.name) ?? []).toSorted(compareText).join('\n')}`, image);
    for (const application of new Set(image.applications)) put(`with ${application}`, image);
  }
  const lists = new Map<string, Image[]>();
  for (const images of alike.values()) {
    if (images.length > 1) lists.set(images.map(({ name }) => name).join('\n'), images);
  }
  return [...lists].sort(([left], [right]) => compareText(left, right)).map(([, images]) => images);
}

function imageDecisions(survey: Survey): Decision[] {
  const { limits } = survey.profile;
  const lists = combinableImages(survey);
  if (lists.length === 0) {
    return [
      decide('scope.images', {
        answer: 'No two images are used alike; each stays by itself.',
        numbers: [given('images', survey.plan.images.length, 'images')],
        flips: [{ when: 'two images are used at the same locations', then: 'they may become one' }],
      }),
    ];
  }
  return lists.map((images) => {
    const sizes = images.map((image) => sizesOf(image, limits).storedGb);
    const savedGb = sizes.reduce((sum, size) => sum + size, 0) - Math.max(...sizes);
    const names = images.map(({ name }) => name);
    return decide('scope.images', {
      subject: names.join(', '),
      answer: `Ask the business: ${names.join(' and ')} could be one image, which saves up to ${show(savedGb)} GB in each repository.`,
      numbers: [
        ...images.map(({ name }, at) => derived(`stored size of ${name}`, sizes[at] ?? 0, 'GB')),
        derived('saved at most', savedGb, 'GB'),
      ],
      alternatives: [
        {
          answer: 'Keep them apart.',
          why: 'Right where applications do not bear each other, or are not licensed for all.',
        },
      ],
      flips: [{ when: 'an application may not run beside the others', then: 'they stay apart' }],
    });
  });
}
