import type { LeaseVerification } from '@carrel/policy';
import { type Enrolment, enrolmentSchema } from '../identity/enrolment.ts';
import type { Facts } from '../store/facts.ts';

type LeaseKeySet = Enrolment['leaseKeys'];

/** The instance's public keys that leases are verified with: those of the enrolment, until the server names others. */
export interface LeaseKeys {
  readonly current: LeaseVerification['keys'];
  /** The server named them over a connection that is known to be its own. */
  replace(keys: LeaseKeySet): void;
}

const factName = 'lease-keys';

/** @param facts under the seal of the store: keys that somebody put there do not count */
export function createLeaseKeys(facts: Facts, atEnrolment: LeaseKeySet): LeaseKeys {
  let { keys } = facts.read(factName, enrolmentSchema.shape.leaseKeys) ?? atEnrolment;
  return {
    get current() {
      return keys;
    },
    replace: (next) => {
      if (JSON.stringify(next.keys) === JSON.stringify(keys)) return;
      facts.write(factName, next);
      ({ keys } = next);
    },
  };
}
