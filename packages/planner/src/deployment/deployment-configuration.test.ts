import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { instanceSettings, parseTransferRate, workspaceBundleSchema } from '@carrel/contract';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeDesign } from '../decisions/index.ts';
import { parsePlan } from '../plan-file/index.ts';
import { editPlan, type PlanEdit } from '../what-if/index.ts';
import { deploymentChecklist } from './checklist.ts';
import { type Deployment, deploymentConfiguration } from './deployment-configuration.ts';
import { shellWord } from './shell-word.ts';
import { slugsOf } from './slug.ts';

const example = join(import.meta.dirname, '../../../../examples/planning/plan.yaml');

async function deploymentOf(edits: readonly PlanEdit[] = []): Promise<Deployment> {
  const parsed = parsePlan(parse(await readFile(example, 'utf8')));
  if (!parsed.plan) throw new Error(JSON.stringify(parsed.findings));
  const edited = editPlan(parsed.plan, edits);
  if (!edited.plan) throw new Error(JSON.stringify(edited.findings));
  return deploymentConfiguration(makeDesign(edited.plan));
}

const delivery = (name: string, value: unknown): PlanEdit => ({
  path: [
    { kind: 'field', name: 'delivery' },
    { kind: 'field', name },
  ],
  value,
});

describe('the deployment of a design', () => {
  it('has workspaces that the contract accepts, with every assignment and policy of the plan', async () => {
    const { instances } = await deploymentOf([delivery('pilotHours', 0)]);
    for (const { workspaces, instance } of instances) {
      const parsed = workspaceBundleSchema.parse(workspaces);
      expect(parsed.workspaces.map(({ name }) => name)).toEqual(instance.workspaces);
    }
    const main = instances.find(({ instance }) => instance.reason === 'first');
    const sales = main?.workspaces.workspaces.find(({ name }) => name === 'Field sales');
    expect(sales).toMatchObject({
      image: 'business-desktop',
      policy: { virtualMachine: { persistence: 'persistent' } },
      assignments: [{ group: 'Field sales', settings: { offlineLimitHours: 336 } }],
    });
    const desk = main?.workspaces.workspaces.find(({ name }) => name === 'Order desk');
    expect(desk?.policy).toMatchObject({
      virtualMachine: { persistence: 'revertible', updateMode: 'force', forceAfterHours: 72 },
      // Łódź, Porto and Tromsø want peers; in Chicago people begin an hour earlier.
      delivery: { transferRate: 'mon-fri 07:00-18:00 40%, 90%', useOfficePeers: true },
    });
  });

  it('gives a pilot ring the same workspaces from a channel of its own', async () => {
    const [main] = (await deploymentOf([delivery('pilotHours', 36)])).instances;
    if (!main) throw new Error('there is no instance');
    const { workspaces } = workspaceBundleSchema.parse(main.workspaces);
    const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]));
    expect(byName.size).toBe(2 * main.instance.workspaces.length);
    for (const name of main.instance.workspaces) {
      const [everybody, pilots] = [byName.get(name), byName.get(`${name} (pilot)`)];
      expect([everybody?.channel, pilots?.channel]).toEqual(['production', 'pilot']);
      expect(pilots?.assignments).toMatchObject([{ group: `${name} (pilot)` }]);
      expect(pilots?.policy).toEqual(everybody?.policy);
    }
    const text = deploymentChecklist(main);
    expect(text).toContain('--as "$IMAGE" --channel pilot');
    expect(text).toContain('After 36 hours');
  });

  it('has settings that the contract accepts', async () => {
    for (const { settings } of (await deploymentOf()).instances) {
      for (const { name, value } of settings) {
        expect(instanceSettings[name].schema.safeParse(value).success, name).toBe(true);
      }
    }
  });

  it.each([
    [[delivery('maxRateMbitPerSecond', 16)], 'mon-fri 07:00-18:00 2000000, 2000000'],
    [[delivery('workingHoursShare', 0)], 'mon-fri 07:00-18:00 off, 90%'],
    [[delivery('offHoursShare', 1)], 'mon-fri 07:00-18:00 40%, unlimited'],
  ])('throttles by the plan: %j', async (edits, expected) => {
    const { instances } = await deploymentOf(edits);
    const main = instances.find(({ instance }) => instance.reason === 'first');
    const rate = main?.workspaces.workspaces.find(({ name }) => name === 'Order desk')?.policy?.delivery
      ?.transferRate;
    expect(rate).toBe(expected);
    expect(parseTransferRate(rate ?? '')).toBeDefined();
  });

  it('names a repository for every location, and every computer once', async () => {
    const { instances } = await deploymentOf();
    for (const { imageSources, devices, instance } of instances) {
      const places = new Set(instance.population.map(({ location }) => location));
      expect(new Set(imageSources.map(({ location }) => location)).isSupersetOf(places)).toBe(true);
      expect(devices.reduce((sum, { count }) => sum + count, 0)).toBe(instance.clients);
    }
  });

  it('is refused for another product', async () => {
    const path = [{ kind: 'field', name: 'profile' }] as const;
    await expect(deploymentOf([{ path, value: 'medv-1.0' }])).rejects.toThrow('MED-V 1.0');
  });
});

describe('the checklist', () => {
  it('has the steps in order, and commands whatever things are called', async () => {
    const { instances } = await deploymentOf();
    const text = instances.map(deploymentChecklist).join('\n');
    const commands = marked
      .lexer(text)
      .flatMap((token) => (token.type === 'code' ? String(token.text).split('\n') : []));
    const verbs = new Set(commands.map((line) => line.trim().split(' ').slice(0, 3).join(' ')));
    for (const verb of [
      'carrel server init',
      'carrel server settings',
      'carrel image pack',
      'carrel image publish',
      'carrel workspace apply',
      'carrel device token',
      'carrel report status',
    ]) {
      expect(verbs).toContain(verb);
    }
    const [first = ''] = instances.map(deploymentChecklist);
    expect(first.indexOf('image publish')).toBeLessThan(first.indexOf('workspace apply'));
    expect(first.indexOf('workspace apply')).toBeLessThan(first.indexOf('device token'));
  });

  it('quotes what a shell would read otherwise', () => {
    expect(shellWord("Fritz' $(rm -rf ~)")).toBe(String.raw`'Fritz'\'' $(rm -rf ~)'`);
    expect(shellWord('Berlin')).toBe('Berlin');
  });

  it('gives things names of their own', () => {
    expect([...slugsOf(['Łódź', 'LODZ', '東京', '']).values()]).toEqual([
      'lodz',
      'lodz-2',
      'unnamed',
      'unnamed-2',
    ]);
  });
});
