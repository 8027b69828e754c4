import { argon2Sync } from 'node:crypto';
import { expect, it } from 'vitest';
import { hashPassword, needsRehash, verifyPassword } from './password-hash.ts';

it('accepts the password it hashed and no other', async () => {
  const hash = await hashPassword('correct horse battery');
  expect(await verifyPassword('correct horse battery', hash)).toBe(true);
  expect(await verifyPassword('correct horse batterz', hash)).toBe(false);
  expect(needsRehash(hash)).toBe(false);
});

it('salts, so that equal passwords have different hashes', async () => {
  expect(await hashPassword('the same password')).not.toBe(await hashPassword('the same password'));
});

it('takes a password written in another Unicode form', async () => {
  const hash = await hashPassword('Zoë-Müller-1');
  expect(await verifyPassword('Zoë-Müller-1'.normalize('NFD'), hash)).toBe(true);
});

it('verifies a hash made with other parameters and asks to renew it', async () => {
  const tag = argon2Sync('argon2id', {
    message: Buffer.from('secret'),
    nonce: Buffer.alloc(16, 7),
    memory: 64,
    passes: 1,
    parallelism: 1,
    tagLength: 32,
  });
  const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
  const hash = `$argon2id$v=19$m=64,t=1,p=1$${text(Buffer.alloc(16, 7))}$${text(tag)}`;
  expect(await verifyPassword('secret', hash)).toBe(true);
  expect(needsRehash(hash)).toBe(true);
});

it('refuses a stored hash that asks for too much', async () => {
  const hash = '$argon2id$v=19$m=99999999,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA';
  await expect(verifyPassword('x', hash)).rejects.toThrow('PHC');
});
