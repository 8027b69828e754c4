import type { Plan } from '../../plan-file/index.ts';
import { gbOfBytes } from '../../quantities/index.ts';
import type { Decision } from '../decision.ts';
import type { InstanceDesign } from '../design.ts';
import type { ServerPlace } from '../instances/index.ts';
import type { Survey } from '../survey.ts';
import { assumed, decide, derived, given, ofProfile, show } from './decide.ts';

/** Step 3: machines, database and consoles of each instance. */
export function serverDecisions(survey: Survey, instances: readonly InstanceDesign[]): Decision[] {
  const groupOf = new Map(survey.shares.map(({ name, group }) => [name, group.name]));
  return instances.flatMap((instance) => [
    formFactorDecision(survey, instance),
    placeDecision(instance, survey.serverPlaces.get(groupOf.get(instance.name) ?? '')),
    backupDecision(survey.plan, instance),
    ...databaseDecisions(survey, instance),
    consolesDecision(instance),
  ]);
}

function formFactorDecision({ profile }: Survey, { name, server, workspaces }: InstanceDesign): Decision {
  const clock = server.clockGhz > 0 ? ` of at least ${server.clockGhz} GHz` : '';
  return decide('server.form-factor', {
    subject: name,
    answer: `${server.cores} processors${clock}, ${server.memoryGb} GB of memory, ${show(server.diskBytes / 1000)} KB of disk for its workspaces; a virtual machine with as much serves, too.`,
    numbers: [
      ofProfile('processors', server.cores, ''),
      ofProfile('clock rate', server.clockGhz, 'GHz'),
      ofProfile('memory', server.memoryGb, 'GB'),
      ofProfile('bytes a workspace', profile.limits.workspaceBytes, 'B'),
      derived('workspaces', workspaces.length, 'workspaces'),
      derived('disk', server.diskBytes, 'B'),
    ],
    flips: [
      { when: 'database, console or repository run on the same machine', then: 'their needs are added' },
    ],
  });
}

function placeDecision({ name, server, clients }: InstanceDesign, place: ServerPlace | undefined): Decision {
  const why = {
    plan: 'as the plan says',
    law: 'within the locations of the law, nearest to its clients',
    links: 'the nearest to its clients over the links',
    'no-host': 'though nowhere in its network a server may stand',
  }[place?.because ?? 'links'];
  return decide('server.place', {
    subject: name,
    answer: `${server.location}, ${why}.`,
    numbers: [derived('clients', clients, 'clients')],
    alternatives: [
      { answer: 'Any other location.', why: 'Contacts of more clients would go over more links.' },
    ],
    flips: [
      place?.because === 'plan'
        ? { when: 'placement.server is left out', then: 'the links decide' }
        : { when: 'more than half of the clients are behind one link', then: 'the server goes there' },
    ],
  });
}

function backupDecision({ recovery }: Plan, { name, backupServer, server }: InstanceDesign): Decision {
  const { isNeeded, because, firstStopHours } = backupServer;
  return decide('server.backup', {
    subject: name,
    answer: isNeeded
      ? `Yes, a passive one like the server (${server.cores} processors, ${server.memoryGb} GB). ${because}`
      : `No. ${because}`,
    numbers: [
      given('hours until a server is back', recovery.serverHours, 'h'),
      ...(firstStopHours === undefined ? [] : [given('shortest offline limit', firstStopHours, 'h')]),
    ],
    alternatives: [
      isNeeded
        ? {
            answer: 'None, with longer offline limits.',
            why: 'The plan sets them shorter than a recovery takes.',
          }
        : { answer: 'A passive one all the same.', why: 'Nobody stops before the server is back.' },
    ],
    flips: [
      isNeeded
        ? { when: `all offline limits are ${show(recovery.serverHours)} h or longer`, then: 'none is needed' }
        : {
            when: `a server takes longer than ${show(firstStopHours ?? Number.POSITIVE_INFINITY)} h`,
            then: 'one is needed',
          },
    ],
  });
}

function databaseDecisions({ plan, profile }: Survey, instance: InstanceDesign): Decision[] {
  const { name: subject, clients, database } = instance;
  const { events, recovery } = plan;
  const counts = [
    derived('clients', clients, 'clients'),
    assumed('events of a client', events.perClientPerDay, 'events/day'),
  ];
  const consoles = instance.consoles.reduce((sum, { count }) => sum + count, 0);
  const size = decide('database.size', {
    subject,
    answer: `${show(gbOfBytes(database.bytes))} GB, which is ${show(gbOfBytes(database.bytesBeforeSafety))} GB with a safety factor of ${events.safetyFactor}.`,
    numbers: [
      ...counts,
      assumed('bytes of an event', events.bytes, 'B'),
      given('days kept', events.daysKept, 'days'),
      assumed('safety factor', events.safetyFactor, ''),
      derived('size before safety', database.bytesBeforeSafety, 'B'),
      derived('size', database.bytes, 'B'),
    ],
    flips: [{ when: 'events are kept twice as long', then: 'it is twice as large' }],
  });
  const writes = decide('database.writes', {
    subject,
    answer: `${show(database.operationsPerSecond)} a second, of which ${show(database.writesPerSecond)} are writes.`,
    numbers: [
      ...counts,
      assumed('reading of a console, as a part of writing', events.reportShare, ''),
      given('consoles', consoles, 'consoles'),
      derived('writes', database.writesPerSecond, '1/s'),
      derived('operations', database.operationsPerSecond, '1/s'),
    ],
  });
  const bearable = profile.limits.databaseWritesPerSecond;
  const isSeparate = database.placement === 'separate';
  const place = decide('database.place', {
    subject,
    answer: isSeparate
      ? `On a machine of its own in ${database.location}, beside the server.`
      : `On the server in ${database.location}.`,
    numbers: [
      derived('operations', database.operationsPerSecond, '1/s'),
      ...(bearable === null
        ? []
        : [ofProfile('operations a server bears beside its own work', bearable, '1/s')]),
    ],
    alternatives: [
      isSeparate
        ? { answer: 'On the server.', why: 'Its machine is not made for a database beside it.' }
        : { answer: 'On a machine of its own.', why: 'One more machine to keep, without need.' },
      { answer: 'Remote.', why: 'Slow links make reports slow and stale.' },
      { answer: 'Shared by instances.', why: 'Possible; reports then cover all of them.' },
    ],
    flips: [{ when: 'placement.database says otherwise', then: 'it goes there' }],
  });
  const standby = decide('database.standby', {
    subject,
    answer: database.hasStandby
      ? 'Yes: logs are shipped to a warm standby.'
      : 'No: it is back from its backup before anybody misses reports.',
    numbers: [
      given('hours until the database is back', recovery.databaseHours, 'h'),
      given('hours without reports that are bearable', recovery.reportOutageHours, 'h'),
    ],
    alternatives: [{ answer: 'A cluster.', why: 'The product has no support for one.' }],
    flips: [
      database.hasStandby
        ? { when: `${show(recovery.databaseHours)} h without reports are bearable`, then: 'none is needed' }
        : { when: `recovery takes longer than ${show(recovery.reportOutageHours)} h`, then: 'one is needed' },
    ],
  });
  return [size, writes, place, standby];
}

function consolesDecision({ name, consoles, consoleFormFactor }: InstanceDesign): Decision {
  return decide('consoles', {
    subject: name,
    answer: `${consoles.map(({ location, count }) => `${count} in ${location}`).join(', ')}; ${consoleFormFactor}.`,
    numbers: consoles.map(({ location, count }) => given(`consoles in ${location}`, count, 'consoles')),
    flips: [{ when: 'more people administrate', then: 'the reading for reports grows with each console' }],
  });
}
