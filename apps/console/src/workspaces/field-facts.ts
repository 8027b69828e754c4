import { type WorkspacePolicy, workspacePolicySchema } from '@carrel/contract';
import { z } from 'zod';

/** What the schema says of one field. */
export interface FieldFacts {
  readonly description: string | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
}

type Sections = { readonly [S in keyof WorkspacePolicy]: keyof WorkspacePolicy[S] & string };

const factsSchema = z.object({
  description: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
const documentSchema = z.object({
  properties: z.record(z.string(), z.object({ properties: z.record(z.string(), factsSchema) })),
});

/** Limits and explanations of every policy field, read from the schema the server validates with. */
export function readPolicyFacts(): <S extends keyof WorkspacePolicy>(
  section: S,
  field: Sections[S],
) => FieldFacts {
  const document = documentSchema.parse(z.toJSONSchema(workspacePolicySchema, { io: 'input' }));
  return (section, field) => {
    const facts = document.properties[section]?.properties[field];
    return { description: facts?.description, minimum: facts?.minimum, maximum: facts?.maximum };
  };
}
