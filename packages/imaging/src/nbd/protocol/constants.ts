/**
 * Numbers of the NBD protocol, named as in its specification
 * (https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md, section "Values").
 */
export const magic = {
  init: 0x4e42444d41474943n,
  option: 0x49484156454f5054n,
  optionReply: 0x0003e889045565a9n,
  request: 0x25609513,
  simpleReply: 0x67446698,
  structuredReply: 0x668e33ef,
} as const;

export const handshakeFlag = { fixedNewstyle: 1, noZeroes: 2 } as const;

export const transmissionFlag = {
  hasFlags: 1 << 0,
  readOnly: 1 << 1,
  sendDontFragment: 1 << 7,
  canMultiConn: 1 << 8,
} as const;

export const option = {
  exportName: 1,
  abort: 2,
  list: 3,
  startTls: 5,
  info: 6,
  go: 7,
  structuredReply: 8,
  listMetaContext: 9,
  setMetaContext: 10,
} as const;

export const optionReply = {
  ack: 1,
  server: 2,
  info: 3,
  metaContext: 4,
  errorUnsupported: 0x80000001,
  errorPolicy: 0x80000002,
  errorInvalid: 0x80000003,
  errorUnknown: 0x80000006,
} as const;

export const infoType = { export: 0, name: 1, description: 2, blockSize: 3 } as const;

export const command = {
  read: 0,
  write: 1,
  disconnect: 2,
  flush: 3,
  trim: 4,
  writeZeroes: 6,
  blockStatus: 7,
} as const;

export const commandFlag = { dontFragment: 1 << 2, requestOne: 1 << 3 } as const;

export const replyFlag = { done: 1 } as const;

export const replyType = {
  none: 0,
  offsetData: 1,
  offsetHole: 2,
  blockStatus: 5,
  error: 0x8001,
  errorOffset: 0x8002,
} as const;

export const blockState = { hole: 1, zero: 2 } as const;

/** Error numbers that travel on the wire; they are Linux's. */
export const wireError = { notPermitted: 1, inputOutput: 5, invalid: 22, shutdown: 108 } as const;

/** The name of an error number on the wire, for messages. */
export function wireErrorName(code: number): string {
  const names: Readonly<Record<number, string>> = {
    1: 'EPERM',
    5: 'EIO',
    12: 'ENOMEM',
    22: 'EINVAL',
    28: 'ENOSPC',
    75: 'EOVERFLOW',
    95: 'ENOTSUP',
    108: 'ESHUTDOWN',
  };
  return names[code] ?? `error ${code}`;
}

export const allocationContext = 'base:allocation';
/** The protocol's limit for names and other strings, in bytes. */
export const maxStringBytes = 4096;
export const requestHeaderBytes = 28;
