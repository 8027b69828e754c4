import type { LiveMessage } from '@carrel/contract';

/** First part of the key of everything read about one kind of thing. */
export const queryKeys = {
  session: ['session'],
  instance: ['instance'],
  images: ['images'],
  workspaces: ['workspaces'],
  devices: ['devices'],
  tasks: ['tasks'],
  users: ['users'],
  groups: ['groups'],
  audit: ['audit'],
  roles: ['roles'],
  roleGrants: ['role-grants'],
  tokens: ['tokens'],
  sessions: ['sessions'],
  directories: ['directories'],
  providers: ['sign-in-providers'],
  settings: ['settings'],
  secrets: ['secrets'],
  keys: ['instance-keys'],
  plans: ['plans'],
} as const;

export type QueryKey = readonly unknown[];
type Topic = Exclude<LiveMessage['topic'], 'event'>;

const keysByTopic: Readonly<Record<Topic, readonly QueryKey[]>> = {
  image: [queryKeys.images],
  workspace: [queryKeys.workspaces],
  device: [queryKeys.devices],
  task: [queryKeys.tasks],
  user: [queryKeys.users, queryKeys.groups, queryKeys.session],
  plan: [queryKeys.plans],
};

/** What has to be read again when the server says that a thing of this topic changed. */
export function keysOfTopic(topic: Topic): readonly QueryKey[] {
  return keysByTopic[topic];
}
