import type { PolicyValues } from '../form-values.ts';

const onlyPersistent = (policy: PolicyValues): string | undefined =>
  policy.virtualMachine.persistence === 'revertible' ? 'Only for workspaces that keep changes.' : undefined;
const onlyFixedNames = (policy: PolicyValues): string | undefined =>
  policy.network.dns.mode === 'fixed' ? undefined : 'Only with name servers of one’s own.';
const onlyOfficePeers = (policy: PolicyValues): string | undefined =>
  policy.delivery.useOfficePeers ? undefined : 'Only while sharing with office peers.';
const onlyVerified = (policy: PolicyValues): string | undefined =>
  policy.general.hostVerification.command === null ? 'Only with a command.' : undefined;

const reasons: Readonly<Record<string, (policy: PolicyValues) => string | undefined>> = {
  'general.frame.color': (policy) => (policy.general.frame.isShown ? undefined : 'Only with a frame.'),
  'general.hostVerification.timeoutSeconds': onlyVerified,
  'general.hostVerification.isRequired': onlyVerified,
  'virtualMachine.stopAction': onlyPersistent,
  'virtualMachine.isSingleSignOnUsed': onlyPersistent,
  'virtualMachine.forceAfterHours': (policy) =>
    policy.virtualMachine.updateMode === 'suggest' ? 'Only when updates are forced.' : undefined,
  'virtualMachine.keepPreviousDays': onlyPersistent,
  'network.bridgedAdapters': (policy) =>
    policy.network.mode === 'bridge' ? undefined : 'Only with a bridge.',
  'network.dns.primary': onlyFixedNames,
  'network.dns.secondary': onlyFixedNames,
  'network.dns.isHostAppended': onlyFixedNames,
  'delivery.officePeersUploadRate': onlyOfficePeers,
  'delivery.officePeersStoreMiB': onlyOfficePeers,
  'delivery.officePeersNetworks': onlyOfficePeers,
};

/** Why a setting does nothing in this policy; `undefined` when it does something. */
export function mootReason(path: string, policy: PolicyValues): string | undefined {
  return reasons[path]?.(policy);
}
