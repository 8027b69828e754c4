import type { SettingWords } from '../../schema-fields/index.ts';

const trafficSuffix = '% of the link';

/** Words for the fields of a plan, by path; those of rows without the number of the row. */
export const planWords: Readonly<Record<string, SettingWords>> = {
  name: { label: 'Name', description: 'Stands in the list of plans and on the design document.' },
  description: {
    label: 'Description',
    description: 'What the plan is about. The design document begins with it.',
    control: 'long',
  },
  profile: {
    label: 'Product',
    description:
      'What the plan is for. Carrel is planned with limits that were measured, MED-V 1.0 with those of its planning guide.',
    choices: { carrel: 'Carrel', 'medv-1.0': 'MED-V 1.0' },
  },

  'locations.name': { label: 'Location' },
  'locations.users': { label: 'Users' },
  'locations.trustDomain': {
    label: 'Domain',
    description:
      'Directory domain its people sign in to, where it is not that of the servers. Its name has to be among the domains.',
  },
  'locations.isIsolated': { label: 'Isolated' },
  'locations.uplink.to': {
    label: 'Linked to',
    description:
      'The location at the other end of its link, nearer to the centre. The centre itself has none.',
  },
  'locations.uplink.bandwidthMbitPerSecond': { label: 'Link, Mbit/s' },
  'locations.uplink.latencyMs': { label: 'Delay, ms' },
  'locations.uplink.otherTrafficShare': { label: 'Other traffic, %' },
  'locations.uplink.monthlyCost': { label: 'Cost of the link a month' },
  'locations.lanMbitPerSecond': { label: 'Inside, Mbit/s' },
  'locations.workingHours.start': { label: 'Work begins' },
  'locations.workingHours.end': { label: 'Work ends' },
  'locations.workingHours.days': { label: 'Working days' },
  'locations.utcOffsetHours': { label: 'Hours from UTC' },
  'locations.hasLibrary': { label: 'Has a library' },
  'locations.hasRepository': { label: 'Has a repository' },
  'locations.hasOfficePeers': {
    label: 'Office peers',
    description:
      'Computers there give each other image data, so that it crosses the link only a few times. Off unless an administrator switches it on.',
  },
  'locations.mayHostRepository': { label: 'May host a server' },

  'travellers.from': { label: 'Based at' },
  'travellers.to': { label: 'May visit' },
  'travellers.users': { label: 'Travellers' },

  'trustDomains.name': { label: 'Domain' },
  'trustDomains.isTrusted': { label: 'Trusted by the servers’ domain' },

  'separations.kind': {
    label: 'Because of',
    choices: { organisation: 'Organisation', law: 'Law' },
  },
  'separations.name': { label: 'Group' },
  'separations.reason': { label: 'Reason' },
  'separations.locations': { label: 'Locations set apart' },
  'separations.workspaces': { label: 'Workspaces set apart' },

  'images.name': { label: 'Image' },
  'images.sizeGb': { label: 'Disk, GB' },
  'images.dataGb': { label: 'In use, GB' },
  'images.packedGb': {
    label: 'Packed, GB',
    description: 'What it takes in a repository, as packing it says. Empty: estimated from what is in use.',
    placeholder: 'estimated',
  },
  'images.origin': { label: 'Sizes are', choices: { measured: 'Measured', assumed: 'Assumed' } },
  'images.bootGb': {
    label: 'First start reads, GB',
    description: 'What a first start reads of the packed image. Empty: estimated from its size.',
    placeholder: 'estimated',
  },
  'images.update.everyDays': { label: 'Days between versions' },
  'images.update.changedGb': {
    label: 'New in a version, GB',
    description: 'Packed data that a new version adds. Empty: estimated from its size.',
    placeholder: 'estimated',
  },
  'images.hostSeedShare': { label: 'Already on computers, %' },
  'images.applications': { label: 'Applications' },

  'workspaces.name': { label: 'Workspace' },
  'workspaces.image': { label: 'Image' },
  'workspaces.persistence': {
    label: 'Changes inside',
    choices: { persistent: 'Are kept', revertible: 'Go at every stop' },
  },
  'workspaces.offlineLimitHours': { label: 'Hours without contact' },
  'workspaces.population': { label: 'Who gets it' },
  'workspaces.serviceLevels.initialLoadHours': { label: 'First load within, h' },
  'workspaces.serviceLevels.updateHours': { label: 'Updates within, h' },
  'workspaces.serviceLevels.reportSeconds': { label: 'Reports within, s' },
  'workspaces.distribution': {
    label: 'First version comes',
    choices: {
      decide: 'As the planner decides',
      'pre-stage': 'Pre-staged',
      network: 'Over the network',
      'removable-media': 'On removable media',
    },
  },

  'recovery.serverHours': { label: 'A failed server is back after, h' },
  'recovery.repositoryHours': { label: 'A failed repository is back after, h' },
  'recovery.linkHours': { label: 'A failed link is back after, h' },
  'recovery.databaseHours': { label: 'The database is back after, h' },
  'recovery.reportOutageHours': { label: 'Without reports one can do for, h' },

  'consoles.location': { label: 'Administrators at' },
  'consoles.count': { label: 'Consoles' },

  'placement.server': { label: 'Servers stand at' },
  'placement.database': {
    label: 'The database',
    choices: {
      decide: 'As the planner decides',
      'with-server': 'Stands on the server',
      separate: 'Has a machine of its own',
    },
  },

  'events.perClientPerDay': { label: 'Events a client and day' },
  'events.bytes': { label: 'Bytes an event' },
  'events.daysKept': { label: 'Days kept' },
  'events.safetyFactor': { label: 'Safety factor' },
  'events.reportShare': { label: 'Reading for reports, % of writing' },

  'delivery.workingHoursShare': { label: `In working hours, ${trafficSuffix}` },
  'delivery.offHoursShare': { label: `At other times, ${trafficSuffix}` },
  'delivery.maxRateMbitPerSecond': { label: 'One computer at most, Mbit/s' },
  'delivery.staggerHours': { label: 'Starts are spread over, h' },
  'delivery.pilotHours': { label: 'Pilot ring works with it before, h' },
  'delivery.retryShare': { label: 'Loaded again after faults, %' },

  'costs.currency': { label: 'Currency' },
  'costs.serverMonthly': { label: 'A server a month' },
  'costs.repositoryMonthly': { label: 'A local repository a month' },
  'costs.storageGbMonthly': { label: 'A GB of storage a month' },
  'costs.mediumOneOff': { label: 'A removable medium, once' },
  'costs.computersPerMedium': { label: 'Computers a medium serves' },
  'costs.mediumMinutesPerComputer': { label: 'Minutes of work a computer' },
  'costs.workHour': { label: 'An hour of work' },
  'costs.months': { label: 'Months to compare over' },

  'growth.usersPerYearShare': { label: 'More users each year, %' },
  'growth.years': { label: 'Years to last' },

  'limits.clientsPerInstance': { label: 'Clients an instance' },
  'limits.clientsMeasured': { label: 'Clients measured' },
  'limits.contactsPerSecond': { label: 'Contacts a second' },
  'limits.policyIntervalSeconds': { label: 'Policy interval, s' },
  'limits.imageIntervalSeconds': { label: 'Image interval, s' },
  'limits.eventIntervalSeconds': { label: 'Event interval, s' },
  'limits.serverCores': { label: 'Processors of a server' },
  'limits.serverGhz': { label: 'Clock rate, GHz' },
  'limits.serverMemoryGb': { label: 'Memory of a server, GB' },
  'limits.workspaceBytes': { label: 'Bytes a workspace' },
  'limits.hasImageSum': { label: 'Repositories hold whole disks' },
  'limits.versionsKept': { label: 'Versions kept' },
  'limits.packedShare': { label: 'Packed size, % of the data' },
  'limits.changedShare': { label: 'Update, % of the packed image' },
  'limits.bootShare': { label: 'First start, % of the packed image' },
  'limits.hasEarlyStart': { label: 'Starts before it is all there' },
  'limits.hasOfficePeers': { label: 'Office peers are possible' },
  'limits.headerShare': { label: 'Headers on a line, %' },
  'limits.officePeerCopies': { label: 'Copies that cross the line' },
  'limits.officePeerMbitPerSecond': { label: 'A peer gives, Mbit/s' },
  'limits.repositoryMbitPerSecond': { label: 'A web server gives, Mbit/s' },
  'limits.databaseWritesPerSecond': { label: 'Database writes a second' },
  'limits.needsDatabaseForContact': { label: 'Contact needs the database' },
};
