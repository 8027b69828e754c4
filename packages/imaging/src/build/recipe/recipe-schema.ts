import { machineDescriptionSchema, userNameSchema } from '@carrel/contract/delivery';
import { parseSizeBytes } from '@carrel/kit';
import { z } from 'zod';

const mebibyte = 1024 ** 2;

const guestPathSchema = z
  .string()
  .max(1000)
  .regex(/^\/[^\0\n"]*[^\0\n"/]$/, 'expected an absolute path in the guest')
  .refine((path) => !path.split('/').includes('..'), 'expected a path without ..');

const packageNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9+.-]+$/, 'expected the name of a Debian package')
  .max(100);

const sizeSchema = z
  .string()
  .transform((text, context) => {
    const bytes = parseSizeBytes(text);
    if (bytes === undefined || bytes % mebibyte !== 0) {
      context.addIssue({
        code: 'custom',
        message: 'expected a size in whole mebibytes, such as 64MiB or 4GiB',
      });
      return z.NEVER;
    }
    return bytes;
  })
  .refine((bytes) => bytes >= 16 * mebibyte, 'expected at least 16MiB')
  .refine((bytes) => bytes <= 2 * 1024 ** 4, 'expected at most 2TiB');

const packageSchema = z.union(
  [
    packageNameSchema.transform((name) => ({ name, include: undefined })),
    z.strictObject({
      name: packageNameSchema,
      /** Only the files that match one of these patterns; libraries they need come along by themselves. */
      include: z.array(guestPathSchema).min(1).optional(),
    }),
  ],
  { error: 'expected the name of a Debian package, or name and include' },
);

const modeSchema = z.string().regex(/^0?[0-7]{3,4}$/, 'expected an octal mode in quotes, such as "0644"');

const fileSchema = z
  .strictObject({
    path: guestPathSchema,
    content: z.string().optional(),
    /** A file beside the recipe. */
    source: z.string().min(1).optional(),
    /** What a symbolic link points to. */
    link: z.string().min(1).max(1000).optional(),
    mode: modeSchema.default('0644').transform((text) => Number.parseInt(text, 8)),
    uid: z.int().min(0).max(65_535).default(0),
    gid: z.int().min(0).max(65_535).default(0),
  })
  .refine(
    (file) => [file.content, file.source, file.link].filter((value) => value !== undefined).length === 1,
    'expected exactly one of content, source and link',
  );

const userSchema = z.strictObject({
  name: userNameSchema.regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'expected a Linux user name'),
  uid: z.int().min(0).max(60_000),
  fullName: z
    .string()
    .regex(/^[^:\n]*$/, 'expected no colon')
    .max(100)
    .default(''),
  shell: guestPathSchema.default('/bin/sh'),
  /** Existing groups to join. */
  groups: z.array(z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/)).default([]),
  /** `locked`: no sign-in with a password; `none`: signs in without one. Else a crypt(3) hash. */
  password: z
    .union([z.enum(['locked', 'none']), z.string().regex(/^\$[0-9a-z]+\$[^:\s]+$/i)], {
      error: 'expected locked, none or a crypt hash',
    })
    .default('locked'),
});

const serviceSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9@._-]*$/i, 'expected the name of a service'),
  /** Absent: a service that one of the packages brings is switched on (mode debian only). */
  command: z
    .string()
    .regex(/^\/[^\n]*$/, 'expected an absolute command on one line')
    .optional(),
  /** `always`: started again whenever it ends; `once`: run to its end before the others start. */
  run: z.enum(['always', 'once']).default('always'),
});

const bootSchema = z.strictObject({
  firmware: z
    .array(z.enum(['bios', 'uefi']))
    .min(1)
    .default(['bios', 'uefi']),
  /** Added after `root=… rw`. */
  commandLine: z
    .string()
    .regex(/^[\x20-\x7e]*$/, 'expected printable ASCII')
    .max(1000)
    .default('quiet'),
});

const kernelSchema = z.strictObject({
  package: packageNameSchema,
  /** Modules loaded at boot, in mode minimal; what they depend on comes along. */
  modules: z.array(z.string().regex(/^[a-z0-9_-]+$/, 'expected the name of a kernel module')).default([]),
});

/** A recipe: what a disk is built from. Described for people in `docs/recipes.md`. */
export const recipeSchema = z
  .strictObject({
    name: z
      .string()
      .max(100)
      .regex(/^[a-z0-9]+([._-][a-z0-9]+)*$/, 'expected lower-case letters and digits, separated by . _ or -'),
    description: z.string().max(2000).default(''),
    /** `minimal`: busybox init and only the files named; `debian`: a whole Debian system. */
    mode: z.enum(['minimal', 'debian']),
    size: sizeSchema,
    hostName: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'expected a host name')
      .default('carrel'),
    boot: bootSchema.prefault({}),
    kernel: kernelSchema,
    packages: z.array(packageSchema).min(1),
    files: z.array(fileSchema).default([]),
    users: z.array(userSchema).default([]),
    services: z.array(serviceSchema).default([]),
    machine: machineDescriptionSchema.strict().prefault({}),
  })
  .superRefine((recipe, context) => {
    if (recipe.mode === 'minimal') {
      recipe.services.forEach((service, index) => {
        if (service.command !== undefined) return;
        const message = 'expected a command, which mode minimal needs';
        context.addIssue({ code: 'custom', path: ['services', index, 'command'], message });
      });
      return;
    }
    recipe.packages.forEach((item, index) => {
      if (item.include === undefined) return;
      const message = 'expected no include, which only mode minimal has';
      context.addIssue({ code: 'custom', path: ['packages', index, 'include'], message });
    });
  });

export type Recipe = z.infer<typeof recipeSchema>;
export type RecipeFile = Recipe['files'][number];
export type RecipeUser = Recipe['users'][number];
export type RecipeService = Recipe['services'][number];
