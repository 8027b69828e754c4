import { join } from 'node:path';

/** Where everything of one agent lies. The folder and all below it belong to the agent alone (mode 0700). */
export interface AgentPaths {
  readonly data: string;
  readonly enrolment: string;
  readonly keys: string;
  readonly database: string;
  readonly lock: string;
  /** The agent's own interface; see `agent-api.ts` of the contract. */
  readonly socket: string;
  /** One folder for each workspace of each user. */
  readonly workspaces: string;
  /** Manifests and indexes of images. */
  readonly images: string;
  /** The index of the computer's own files. */
  readonly hostIndex: string;
  /** Sealed data of images kept for office peers. */
  readonly peerFrames: string;
}

export function agentPaths(data: string): AgentPaths {
  return {
    data,
    enrolment: join(data, 'enrolment.json'),
    keys: join(data, 'keys'),
    database: join(data, 'agent.db'),
    lock: join(data, 'agent.lock'),
    socket: join(data, 'agent.sock'),
    workspaces: join(data, 'workspaces'),
    images: join(data, 'images'),
    hostIndex: join(data, 'host-index'),
    peerFrames: join(data, 'peer-frames'),
  };
}
