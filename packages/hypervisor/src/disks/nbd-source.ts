/** The NBD export of an image that a base disk is filled from. */
export interface NbdSource {
  /** Absolute path of the unix socket; the guest's user must be allowed to connect to it. */
  readonly socketPath: string;
  /** Export name; the default export is `''`. */
  readonly exportName: string;
}
