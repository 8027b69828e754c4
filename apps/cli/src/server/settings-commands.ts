import { fail, instanceSettings, routes, type Setting, settingNameSchema } from '@carrel/contract';
import type { Command } from 'commander';
import { openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';

interface JsonOption {
  readonly json?: true;
}

/** `carrel server settings …` */
export function registerSettingsCommands(server: Command, context: CliContext): void {
  const settings = server.command('settings').description('Settings of the instance');
  settings
    .command('list')
    .description('List every setting and what it is set to')
    .option('--json', 'print one JSON line a setting')
    .action((options: JsonOption) => listSettings(context, options));
  settings
    .command('set')
    .description('Change a setting')
    .argument('<name>', 'such as contact.policySeconds')
    .argument('<value>', 'a number, true, false, null, a word, or JSON')
    .option('--json', 'print the setting as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  carrel server settings set contact.policySeconds 300
  carrel server settings set enrolment.mode token-or-user
  carrel server settings set images.allowedRegistries '["registry.example:5000"]'`,
    )
    .action(async (name: string, value: string, options: JsonOption) => {
      const params = { settingName: parseName(name) };
      await using open = await openServer(context);
      const body = { value: parseValue(value) };
      show(
        context,
        await open.api.call(routes.setSetting, { params, body, signal: context.signal }),
        options,
      );
    });
  settings
    .command('reset')
    .description('Give a setting its standard value again')
    .argument('<name>')
    .option('--json', 'print the setting as one JSON line')
    .addHelpText('after', '\nExample:\n  carrel server settings reset contact.policySeconds')
    .action(async (name: string, options: JsonOption) => {
      const params = { settingName: parseName(name) };
      await using open = await openServer(context);
      show(context, await open.api.call(routes.resetSetting, { params, signal: context.signal }), options);
    });
}

async function listSettings(context: CliContext, options: JsonOption): Promise<void> {
  await using open = await openServer(context);
  const { items } = await open.api.call(routes.listSettings, { signal: context.signal });
  await printList(context.terminal, items, {
    isJson: options.json === true,
    whenEmpty: 'There are no settings.',
    columns: [
      { heading: 'SETTING', value: (item) => item.name },
      { heading: 'VALUE', value: (item) => JSON.stringify(item.value) },
      { heading: 'UNIT', value: (item) => instanceSettings[item.name].unit ?? '' },
      { heading: '', value: (item) => (item.isStandard ? 'standard' : 'changed') },
    ],
  });
}

function show(context: CliContext, setting: Setting, options: JsonOption): void {
  if (options.json) context.terminal.out(JSON.stringify(setting));
  else context.terminal.note(`${setting.name} is ${JSON.stringify(setting.value)}.`);
}

/** @throws {NOT_FOUND} */
function parseName(text: string): Setting['name'] {
  const parsed = settingNameSchema.safeParse(text);
  if (!parsed.success) throw fail('NOT_FOUND', { kind: 'setting', id: text });
  return parsed.data;
}

/** A word that is no JSON stands for itself, so that nobody need quote twice. */
function parseValue(text: string): Setting['value'] {
  try {
    return JSON.parse(text) as Setting['value'];
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
