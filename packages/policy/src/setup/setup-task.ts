/** What a step does in the guest. Secrets are named, never contained. */
export type SetupTask =
  | { readonly kind: 'rename'; readonly computerName: string }
  | { readonly kind: 'restart' }
  | { readonly kind: 'check-connectivity'; readonly address: string; readonly port: number }
  | {
      readonly kind: 'join-domain';
      readonly domain: string;
      readonly organizationalUnit: string;
      /** `null`: as the person who signed in. */
      readonly credentials: { readonly account: string; readonly secret: string } | null;
    }
  | {
      readonly kind: 'command';
      readonly path: string;
      /** Handed over one by one; no shell reads them. */
      readonly arguments: readonly string[];
      /** Path and arguments as Windows would be told them, for logs and messages. */
      readonly commandLine: string;
      /** Name of the secret for its standard input. */
      readonly inputSecret: string | null;
      readonly waitsForExit: boolean;
      readonly isInteractive: boolean;
      /** `null`: every exit code is success. */
      readonly successCodes: readonly number[] | null;
    }
  | { readonly kind: 'disable-auto-logon' };
