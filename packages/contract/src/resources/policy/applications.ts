import { z } from 'zod';
import { commandLineSchema } from './command-line.ts';
import { findRepeated, type PolicyFault } from './fault.ts';

const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((text) => !/[\p{Cc}"<>|/\\:*?]/u.test(text), 'expected none of " < > | / \\ : * ?');

const applicationSchema = z.strictObject({
  name: nameSchema.describe('What people see; two names that differ in case only are the same.'),
  description: z.string().max(500).default('').describe('Shown beside the pointer.'),
  command: commandLineSchema
    .refine((text) => !text.endsWith('\\'), 'expected no backslash at the end')
    .refine(
      (text) => !/^MapNetworkDrive\b/i.test(text) || /^MapNetworkDrive [A-Z]: \\\\[^\\]+\\.+$/i.test(text),
      'expected MapNetworkDrive X: \\\\SERVER\\SHARE',
    )
    .describe(
      'Command line in the guest: full path, quoted where it has spaces; a path alone opens the folder or file. MapNetworkDrive X: \\\\SERVER\\SHARE connects a drive.',
    ),
  startIn: z.string().max(500).default('').describe("Folder it starts in; empty: the program's own."),
  isEnabled: z.boolean().default(true).describe('Off keeps the entry and does not publish it.'),
  hasShortcut: z
    .boolean()
    .default(true)
    .describe("A shortcut in the computer's start menu. On: that is where people look."),
  startsWithWorkspace: z
    .boolean()
    .default(false)
    .describe('Started as soon as the workspace has. Off: people start what they need.'),
  usesSignInCredentials: z
    .boolean()
    .default(false)
    .describe(
      "Run as the person who signed in to Carrel, not as the guest's own user. Off: the password would go into the guest.",
    ),
});
export type PublishedApplication = z.infer<typeof applicationSchema>;

const menuSchema = z.strictObject({
  name: nameSchema.describe('What people see; two names that differ in case only are the same.'),
  description: z.string().max(500).default('').describe('Shown beside the pointer.'),
  folder: z
    .string()
    .max(500)
    .default('')
    .describe("Folder of the guest's start menu, below Programs; empty: all programs of the guest."),
  isEnabled: z.boolean().default(true).describe('Off keeps the entry and does not publish it.'),
});
export type PublishedMenu = z.infer<typeof menuSchema>;

/** The tab Applications: what of the guest appears among the computer's own applications. */
export const applicationsSchema = z.strictObject({
  applications: z
    .array(applicationSchema)
    .max(500)
    .default([])
    .describe('Applications of the guest that people can start from the computer.'),
  menus: z
    .array(menuSchema)
    .max(100)
    .default([])
    .describe("Folders of the guest's start menu that appear in the computer's."),
  shortcutsFolder: z
    .string()
    .trim()
    .max(100)
    .refine((text) => !/[\p{Cc}"<>|/\\:*?]/u.test(text), 'expected none of " < > | / \\ : * ?')
    .default('')
    .describe(
      "Folder of the computer's start menu for the shortcuts. Empty: the name of the workspace, which no other workspace has.",
    ),
});

/** What the fields of the tab say against each other. */
export function checkApplications(tab: z.output<typeof applicationsSchema>): PolicyFault[] {
  const repeated = (list: 'applications' | 'menus'): PolicyFault[] =>
    findRepeated<{ readonly name: string }>(
      tab[list],
      ({ name }) => name.normalize('NFKC').toLowerCase(),
      ({ name }, index) => ({
        path: ['applications', list, index, 'name'],
        message: `"${name}" is there twice: expected names that differ by more than case`,
      }),
    );
  return [...repeated('applications'), ...repeated('menus')];
}
