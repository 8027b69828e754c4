import { escapeMarkdown } from '../document/render/render-markdown.ts';
import type { InstanceDeployment } from './deployment-configuration.ts';
import { shellWord } from './shell-word.ts';
import { pilotChannel } from './workspace-files.ts';

/** Computers that one enrolment token is made for, at most. */
const devicesPerToken = 100_000;

/** What to do, in order, to make one instance true: Markdown with the commands. */
export function deploymentChecklist(deployment: InstanceDeployment): string {
  const steps = [
    ...serverSteps(deployment),
    ...imageSteps(deployment),
    ...workspaceSteps(deployment),
    ...deviceSteps(deployment),
    laterVersions(deployment),
  ];
  return [
    `# Instance ${escapeMarkdown(deployment.instance.name)}`,
    'Do these in order. Commands are for a POSIX shell in this folder. `SERVER` is the name of the management server, `IMAGES` the one name under which computers reach images everywhere, `REPOSITORIES` the machines of step 4:',
    block([
      'export SERVER=carrel.example IMAGES=images.example',
      "export REPOSITORIES='images-1.example images-2.example'",
    ]),
    ...steps.map(({ title, lines }, at) => [`## ${at + 1}. ${title}`, ...lines].join('\n\n')),
    '',
  ].join('\n\n');
}

interface Step {
  readonly title: string;
  readonly lines: readonly string[];
}

function serverSteps({ instance, settings }: InstanceDeployment): Step[] {
  const { server, backupServer, database } = instance;
  const place = escapeMarkdown(server.location);
  const machine = `${server.cores} cores, ${server.memoryGb} GB of memory`;
  const databaseLine =
    database.placement === 'separate'
      ? `The database has a machine of its own at ${escapeMarkdown(database.location)} (PostgreSQL): put its connection string into a file and add \`--database-file\` to every command of this step.`
      : 'The database is the embedded one, on the server.';
  const standby = backupServer.isNeeded
    ? 'A second machine like it stands by. Restore last night’s backup on it once now (`carrel server restore`), and write down how long that took.'
    : 'No second server is needed by the plan; the backup is, all the same.';
  return [
    {
      title: `The server, at ${place}`,
      lines: [
        `${machine}. ${databaseLine}`,
        block([
          'carrel server init --name "$SERVER"',
          'carrel server run --host 0.0.0.0 --name "$SERVER" # as a service',
          'carrel login "https://$SERVER:7443"',
        ]),
        'Every night, to another machine:',
        block(['carrel server backup -o /backup --passphrase-file /etc/carrel/backup.passphrase']),
        standby,
      ],
    },
    {
      title: 'Settings of the instance',
      lines: [
        block(settings.map(({ name, value }) => `carrel server settings set ${name} ${String(value)}`)),
      ],
    },
  ];
}

function imageSteps({ images, imageSources, pilotHours }: InstanceDeployment): Step[] {
  const layouts = images.map(({ name }) => `oci:images:${name}:1`);
  const origins = [...new Map(imageSources.map((source) => [source.repository, source.standsAt]))];
  return [
    {
      title: 'Images',
      lines: [
        'Pack each disk into a folder, and record a boot, so that first starts are quick.',
        block(
          images.flatMap(({ name }, at) => [
            `carrel image pack ${shellWord(`${name}.raw`)} --to ${layouts[at] ?? ''}`,
            `carrel image record-boot ${layouts[at] ?? ''}`,
          ]),
        ),
      ],
    },
    {
      title: 'Repositories',
      lines: [
        'Each is a web server with this folder (docs/repositories.md has the settings for nginx). Copy the index last.',
        origins
          .map(([repository, place]) => `- ${escapeMarkdown(repository)}, at ${escapeMarkdown(place)}`)
          .join('\n'),
        block([
          'for host in $REPOSITORIES; do # the machines above',
          '  rsync -a images/blobs images/oci-layout "$host:/srv/www/images/"',
          '  rsync -a images/index.json "$host:/srv/www/images/"',
          'done',
        ]),
        'A version has one address. The name server of each location answers `$IMAGES` with the repository that stands for it:',
        imageSources
          .map(({ location, repository }) => `- ${escapeMarkdown(location)}: ${escapeMarkdown(repository)}`)
          .join('\n'),
        'From one computer of each location:',
        block(
          images.map(({ name }) => `carrel image verify "oci:https://$IMAGES/images:${name}:1" --sample 1%`),
        ),
      ],
    },
    {
      title: 'Publish the images',
      lines: [
        block(
          images.map(
            ({ name }) => `carrel image publish "oci:https://$IMAGES/images:${name}:1" --as ${name}`,
          ),
        ),
        ...(pilotHours === 0
          ? []
          : [
              'The pilot ring begins with the same version:',
              block(images.map(({ name }) => `carrel image promote ${name} 1 --channel ${pilotChannel}`)),
            ]),
      ],
    },
  ];
}

function workspaceSteps({ workspaces, peerLocations }: InstanceDeployment): Step[] {
  const groups = workspaces.workspaces.map(({ name }) => `carrel group add ${shellWord(name)}`);
  const peers =
    peerLocations.length === 0
      ? []
      : [
          `Office peers are meant for ${peerLocations.map(escapeMarkdown).join(', ')}: write the networks of these offices into \`officePeersNetworks\` in workspaces.yaml before, so that computers elsewhere take no part.`,
        ];
  return [
    {
      title: 'Groups',
      lines: [
        'Where people come from a directory, connect it (`carrel directory add --help`) and use its groups: change the names in workspaces.yaml. Else:',
        block(groups),
      ],
    },
    {
      title: 'Workspaces',
      lines: [
        ...peers,
        block([
          'carrel workspace apply -f workspaces.yaml --dry-run',
          'carrel workspace apply -f workspaces.yaml',
        ]),
      ],
    },
  ];
}

function deviceSteps({ devices, carried }: InstanceDeployment): Step[] {
  const tokens = devices.flatMap(({ location, count }) =>
    Array.from({ length: Math.ceil(count / devicesPerToken) }, (_, at) => {
      const uses = Math.min(devicesPerToken, count - at * devicesPerToken);
      return `carrel device token --uses ${uses} --valid-hours 72 --note ${shellWord(location)}`;
    }),
  );
  const media = carried.map(({ location, workspace, technique }) => {
    const how = technique === 'removable-media' ? 'on a medium' : 'by software distribution';
    return `- ${escapeMarkdown(workspace)} at ${escapeMarkdown(location)}: ${how}, then on each computer \`carrel agent pull ${shellWord(workspace)} --from FOLDER\``;
  });
  return [
    { title: 'Computers', lines: ['Tokens to enrol them with, location by location:', block(tokens)] },
    ...(media.length === 0
      ? []
      : [
          {
            title: 'First versions that do not come over the line',
            lines: [
              'Bring the folder `images` there; computers take from it what they need.',
              media.join('\n'),
            ],
          },
        ]),
    {
      title: 'Look',
      lines: [
        'Each computer shows up, gets its workspace, and becomes ready for offline use; compare the times with the plan.',
        block(['carrel device list', 'carrel report status']),
      ],
    },
  ];
}

function laterVersions({ images, pilotHours }: InstanceDeployment): Step {
  const names = images.map(({ name }) => name).join(' ');
  const publish = 'carrel image publish "oci:https://$IMAGES/images:$IMAGE:$VERSION" --as "$IMAGE"';
  const begin = [`export IMAGE=NAME VERSION=NUMBER # of ${names}`];
  return {
    title: 'Every later version',
    lines:
      pilotHours === 0
        ? [
            'Pack it beside the others, copy it to the repositories as before, and publish it to everybody:',
            block([...begin, publish]),
          ]
        : [
            'Pack it beside the others, copy it to the repositories as before, and publish it to the pilot ring:',
            block([...begin, `${publish} --channel ${pilotChannel}`]),
            `After ${pilotHours} hours without complaints, to everybody; if something is wrong, back to the version before:`,
            block([
              'carrel image promote "$IMAGE" "$VERSION"',
              `# carrel image promote "$IMAGE" "$((VERSION - 1))" --channel ${pilotChannel}`,
            ]),
          ],
  };
}

function block(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}
