import packageFile from '../package.json' with { type: 'json' };

/** Version of this server program. */
export const serverVersion: string = packageFile.version;
