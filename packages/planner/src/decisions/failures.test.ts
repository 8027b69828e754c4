import { describe, expect, it } from 'vitest';
import { makeDesign } from './make-design.ts';
import { behind, planOf } from './testing/plans.ts';

const locations = [
  { name: 'Centre', users: 300 },
  behind('Centre', 1000, { name: 'Branch', users: 60 }),
  behind('Branch', 1000, { name: 'Outpost', users: 5 }),
];
const workspace = (name: string, offlineLimitHours: number | null, users: readonly number[]) => ({
  name,
  image: 'XP',
  offlineLimitHours,
  population: users.map((count, at) => ({ location: locations[at]?.name ?? '', users: count })),
});

function answersFor(recovery: object, more: object = {}) {
  const design = makeDesign(
    planOf({
      locations,
      images: [{ name: 'XP', sizeGb: 8, dataGb: 4 }],
      recovery,
      workspaces: [
        workspace('Payroll', 0, [20, 4, 1]),
        workspace('Office', 4, [300, 60, 5]),
        workspace('Field', null, [10, 10, 0]),
      ],
      ...more,
    }),
  );
  const answer = (id: string, subject: string): string =>
    design.decisions.find((decision) => decision.id === id && decision.subject === subject)?.answer ?? '';
  return { design, answer };
}

describe('what a failure stops', () => {
  it('of the server: by offline limit, visitors counted once', () => {
    const { answer } = answersFor(
      { serverHours: 6 },
      { travellers: [{ from: 'Branch', to: ['Centre', 'Outpost'], users: 4 }] },
    );
    expect(answer('failure.server', 'main')).toContain(
      '25 people in Payroll stop at once, for 6 h; 365 people in Office stop after 4 h, for 2 h.',
    );
  });

  it('is nobody where the server is back in time', () => {
    const { answer, design } = answersFor(
      { serverHours: 2 },
      { workspaces: [workspace('Office', 4, [300, 60, 5])] },
    );
    expect(answer('failure.server', 'main')).toContain('Nobody stops working within 2 h.');
    expect(design.instances[0]?.backupServer).toMatchObject({ isNeeded: false, firstStopHours: 4 });
  });

  it('of a link: everybody behind it', () => {
    const { answer } = answersFor({ linkHours: 8 });
    expect(answer('failure.link', 'Branch')).toBe(
      '5 people in Payroll stop at once, for 8 h; 65 people in Office stop after 4 h, for 4 h.',
    );
    expect(answer('failure.link', 'Outpost')).toContain('5 people in Office');
  });

  it('of a link with the server behind it: everybody before it', () => {
    const { answer } = answersFor({ linkHours: 8 }, { placement: { server: 'Outpost' } });
    expect(answer('failure.link', 'Outpost')).toContain('360 people in Office');
    expect(answer('failure.link', 'Branch')).toContain('300 people in Office');
  });

  it('asks for a backup server when somebody stops before the server is back', () => {
    const { design } = answersFor({ serverHours: 2 });
    expect(design.instances[0]?.backupServer.isNeeded).toBe(true);
    expect(design.findings.map(({ code }) => code)).toContain('PLAN_OFFLINE_TOO_SHORT');
  });
});
