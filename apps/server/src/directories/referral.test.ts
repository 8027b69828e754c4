import { routes } from '@carrel/contract';
import { type OpenLdap, startOpenLdap } from '@carrel/directory/testing/ldap';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';

const undo = new AsyncDisposableStack();
let server: TestServer;
let students: OpenLdap;
let staff: OpenLdap;

const person = (uid: string, domain: string): string =>
  `dn: uid=${uid},dc=${domain},dc=example\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: x\nuserPassword: secret of ${domain}\n\n`;

beforeAll(async () => {
  students = undo.use(
    await startOpenLdap('students', person('eve', 'students') + person('both', 'students')),
  );
  const referral = `dn: ou=students,dc=staff,dc=example\nobjectClass: referral\nobjectClass: extensibleObject\nou: students\nref: ${students.url}/${students.baseDn}\n\n`;
  staff = undo.use(await startOpenLdap('staff', person('both', 'staff') + referral));
  server = undo.use(await startTestServer('sqlite'));
  for (const ldap of [staff, students]) {
    await server.administrator.call(routes.createDirectory, { body: ldap.settings() });
  }
});
afterAll(() => undo.disposeAsync());

const signIn = async (userName: string, password: string) => {
  const client = server.connection.as(await server.signIn(userName, password));
  const { user } = await client.call(routes.getSession, {});
  const { items } = await server.administrator.call(routes.listDirectories, {});
  return [user.userName, items.find((directory) => directory.id === user.directoryId)?.name];
};

it('takes somebody found at home and by a referral for one, of their own directory', async () => {
  const eve = ['eve@students.example', 'students'];
  expect(await signIn('eve', 'secret of students')).toEqual(eve);
  expect(await signIn('eve@staff.example', 'secret of students')).toEqual(eve);
});

it('takes two of a name for two, of whom neither is meant without a domain', async () => {
  for (const password of ['secret of staff', 'secret of students']) {
    await expect(server.signIn('both', password)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
  }
  for (const domain of ['staff', 'students']) {
    const own = [`both@${domain}.example`, domain];
    expect(await signIn(`both@${domain}.example`, `secret of ${domain}`)).toEqual(own);
    expect(await signIn(`${domain}.example\\both`, `secret of ${domain}`)).toEqual(own);
  }
  const elsewhere = server.signIn('staff.example\\eve', 'secret of students');
  await expect(elsewhere).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
});
