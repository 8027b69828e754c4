/** Variables that hold a secret of the instance itself. */
const secretNames = [
  'CARREL_MASTER_KEY',
  'CARREL_NEW_MASTER_KEY',
  'CARREL_BACKUP_PASSPHRASE',
  'CARREL_DATABASE',
] as const;

/**
 * Copies the environment and takes the secrets out of the original, so that no child process inherits one and nothing
 * that prints the environment shows one.
 */
export function takeEnvironment(env: Record<string, string | undefined>): Record<string, string | undefined> {
  const taken = { ...env };
  for (const name of secretNames) Reflect.deleteProperty(env, name);
  return taken;
}
