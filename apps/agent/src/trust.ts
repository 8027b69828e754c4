import type { Clock } from '@carrel/kit';
import type { AgentPaths } from './agent-paths.ts';
import type { DeviceKeys } from './identity/device-keys.ts';
import { deviceSecret } from './identity/device-secret.ts';
import type { Enrolment } from './identity/enrolment.ts';
import { KeyRing } from './identity/key-ring.ts';
import { createLeaseKeeper, type LeaseKeeper } from './leases/lease-keeper.ts';
import { createLeaseKeys, type LeaseKeys } from './leases/lease-keys.ts';
import { createLeaseStore } from './leases/lease-store.ts';
import { type Contact, createContact } from './link/contact.ts';
import { createServerLink, type ServerLink } from './link/server-link.ts';
import { createPresence, type Presence } from './sign-in/presence.ts';
import { createVerifiers, type Verifiers } from './sign-in/verifiers.ts';
import type { AgentDatabase } from './store/database.ts';
import type { EventQueue } from './store/event-queue.ts';
import { createFacts, type Facts } from './store/facts.ts';
import { createGrantStore, type GrantStore } from './store/grants.ts';
import { createLocalSecret } from './store/local-secret.ts';
import { createStoreSeal, type StoreSeal, withSeal } from './store/store-seal.ts';
import { createMachineTime } from './time/machine-time.ts';
import { createTrustedClock, type TrustedClock } from './time/trusted-clock.ts';

export interface TrustParts {
  readonly paths: AgentPaths;
  readonly enrolment: Enrolment;
  readonly keys: DeviceKeys;
  readonly database: AgentDatabase;
  readonly events: EventQueue;
  readonly clock: Clock;
}

/** What an agent believes, and by what: its keys, the server it knows, trusted time, leases, people. */
export interface Trust {
  readonly facts: Facts;
  readonly seal: StoreSeal;
  readonly keys: KeyRing;
  readonly link: ServerLink;
  readonly time: TrustedClock;
  readonly contact: Contact;
  readonly leases: LeaseKeeper;
  readonly leaseKeys: LeaseKeys;
  readonly grants: GrantStore;
  readonly presence: Presence;
  readonly verifiers: Verifiers;
}

/** Reads what is kept on disk; what was changed by hand there is not believed. Whoever calls closes the link. */
export function createTrust(parts: TrustParts): Trust {
  const { paths, enrolment, database, events, clock } = parts;
  const { local } = parts.keys;
  const facts = createFacts(database);
  const seal = createStoreSeal(database, deviceSecret(local, 'store-seal'));
  const sealedFacts = withSeal(facts, seal);
  const keys = new KeyRing(paths.keys, parts.keys);
  const readClocks = createMachineTime();
  const time = createTrustedClock(sealedFacts, readClocks);
  const presence = createPresence(sealedFacts, readClocks().bootId);
  const grants = createGrantStore(database, createLocalSecret(local));
  const contact = createContact(sealedFacts, time, events);
  const leaseKeys = createLeaseKeys(sealedFacts, enrolment.leaseKeys);
  const verifierSecret = createLocalSecret(deviceSecret(local, 'sign-in-verifiers'));
  return {
    facts,
    seal,
    keys,
    link: createServerLink(enrolment, () => keys.signing, {
      nowMs: () => clock.nowMs(),
      trustedNowMs: () => time.nowMs(),
    }),
    time,
    contact,
    leaseKeys,
    leases: createLeaseKeeper({
      store: createLeaseStore(database, seal),
      seal,
      events,
      clock: time,
      contact,
      verification: () => ({
        keys: leaseKeys.current,
        issuer: enrolment.instanceId,
        deviceId: enrolment.deviceId,
      }),
      sealingKeys: () => keys.sealing,
    }),
    grants: {
      ...grants,
      // Who gets a grant has just signed in, in whatever way.
      keep: (grant) => {
        grants.keep(grant);
        presence.note(grant.userId);
      },
    },
    presence,
    verifiers: createVerifiers(database, seal, verifierSecret),
  };
}
