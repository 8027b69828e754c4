import { routes } from '@carrel/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseKinds, startTestServer, type TestServer, testPassword } from '../testing/index.ts';

describe.each(databaseKinds)('passwords on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    // A new window for the limits on sign-ins.
    server.clock.advance(61_000);
  });
  const newPassword = 'a better password';
  const ask = (userId: string, body: object) =>
    server.administrator.call(routes.changeUser, { params: { userId }, body });

  it('are changed by their owner with the old one, which ends all other sessions', async () => {
    const { client } = await server.addUser('changer');
    const other = server.connection.as(await server.signIn('changer', testPassword));
    const wrong = client.call(routes.changeOwnPassword, {
      body: { oldPassword: 'not this one', newPassword },
    });
    await expect(wrong).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    await client.call(routes.changeOwnPassword, { body: { oldPassword: testPassword, newPassword } });
    await client.call(routes.getSession, {});
    await expect(other.call(routes.getSession, {})).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    await expect(server.signIn('changer', testPassword)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    expect(await server.signIn('changer', newPassword)).toHaveLength(43);
  });

  it('have to be others than before, and long enough', async () => {
    const { client } = await server.addUser('lazy');
    for (const bad of [testPassword, 'short']) {
      const body = { oldPassword: testPassword, newPassword: bad };
      const refused = client.call(routes.changeOwnPassword, { body });
      await expect(refused).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    }
  });

  it('that have to be changed let nobody in before they are, and say so only to who knows them', async () => {
    const { user, client } = await server.addUser('forced');
    await ask(user.id, { mustChangePassword: true });
    await expect(server.signIn('forced', testPassword)).rejects.toMatchObject({
      code: 'PASSWORD_CHANGE_REQUIRED',
    });
    await expect(server.signIn('forced', 'not this one')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    const replace = (oldPassword: string) =>
      server.connection
        .client()
        .call(routes.replacePassword, { body: { userName: 'forced', oldPassword, newPassword } });
    await expect(replace('not this one')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    await replace(testPassword);
    await expect(client.call(routes.getSession, {})).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    expect(await server.signIn('forced', newPassword)).toHaveLength(43);
    const audit = await server.administrator.call(routes.listAudit, { query: { limit: 200 } });
    const outcomes = audit.items
      .filter((entry) => entry.action === 'replacePassword')
      .map((entry) => entry.outcome);
    expect(outcomes.toSorted()).toEqual(['denied', 'done']);
  });

  it('tried wrong lock the account, which an administrator opens', async () => {
    const { user } = await server.addUser('locked');
    for (let time = 0; time < 5; time += 1) {
      await expect(server.signIn('locked', 'not this one')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    }
    await expect(server.signIn('locked', testPassword)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
    const unlocked = await server.administrator.call(routes.unlockUser, { params: { userId: user.id } });
    expect(unlocked.lockedUntil).toBeNull();
    expect(await server.signIn('locked', testPassword)).toHaveLength(43);
  });

  it('are guessed through no other door: a wrong old password counts like a wrong sign-in', async () => {
    const { client } = await server.addUser('guessed');
    for (let time = 0; time < 5; time += 1) {
      const body = { oldPassword: `guess ${time}`, newPassword };
      await expect(client.call(routes.changeOwnPassword, { body })).rejects.toMatchObject({
        code: 'SIGN_IN_FAILED',
      });
    }
    const right = client.call(routes.changeOwnPassword, { body: { oldPassword: testPassword, newPassword } });
    await expect(right).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
  });
});
