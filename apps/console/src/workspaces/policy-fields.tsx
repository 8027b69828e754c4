import type { WorkspacePolicy } from '@carrel/contract';
import { Checkbox, NumberInput, Radio, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type FieldFacts, readPolicyFacts } from './field-facts.ts';
import type { WorkspaceForm } from './form-values.ts';
import { choiceLabels, policyLabels } from './labels.ts';
import classes from './policy-fields.module.css';

export interface PolicyFieldsProps {
  readonly form: WorkspaceForm;
  readonly isReadOnly: boolean;
}

type NumberField = {
  readonly [K in keyof VirtualMachine]: VirtualMachine[K] extends number ? K : never;
}[keyof VirtualMachine];
type VirtualMachine = WorkspacePolicy['virtualMachine'];

export function GeneralFields({ form, isReadOnly }: PolicyFieldsProps): ReactNode {
  const [factsOf] = useState(readPolicyFacts);
  return (
    <Textarea
      label={policyLabels.general.supportContact}
      description={factsOf('general', 'supportContact').description}
      placeholder="Help desk, extension 4711"
      autosize
      minRows={2}
      readOnly={isReadOnly}
      {...form.getInputProps('policy.general.supportContact')}
    />
  );
}

export function VirtualMachineFields({ form, isReadOnly }: PolicyFieldsProps): ReactNode {
  const [factsOf] = useState(readPolicyFacts);
  const machine = form.values.policy.virtualMachine;
  const number = (name: NumberField, suffix?: string): ReactNode => (
    <NumberInput
      label={policyLabels.virtualMachine[name]}
      {...numberProps(factsOf('virtualMachine', name), suffix)}
      readOnly={isReadOnly}
      {...form.getInputProps(`policy.virtualMachine.${name}`)}
    />
  );
  return (
    <Stack gap="lg">
      <ChoiceField
        label={policyLabels.virtualMachine.persistence}
        facts={factsOf('virtualMachine', 'persistence')}
        options={['revertible', 'persistent']}
        isReadOnly={isReadOnly}
        inputProps={form.getInputProps('policy.virtualMachine.persistence')}
      />
      <ChoiceField
        label={policyLabels.virtualMachine.stopAction}
        facts={factsOf('virtualMachine', 'stopAction')}
        options={['shutdown', 'save']}
        isReadOnly={isReadOnly || machine.persistence === 'revertible'}
        inputProps={form.getInputProps('policy.virtualMachine.stopAction')}
      />
      <div className={classes.grid}>
        {number('cpus')}
        {number('countdownSeconds', ' s')}
        {number('keepVersions')}
      </div>
    </Stack>
  );
}

export function NetworkFields({ form, isReadOnly }: PolicyFieldsProps): ReactNode {
  const [factsOf] = useState(readPolicyFacts);
  return (
    <ChoiceField
      label={policyLabels.network.mode}
      facts={factsOf('network', 'mode')}
      options={['nat', 'none']}
      isReadOnly={isReadOnly}
      inputProps={form.getInputProps('policy.network.mode')}
    />
  );
}

export function DeliveryFields({ form, isReadOnly }: PolicyFieldsProps): ReactNode {
  const [factsOf] = useState(readPolicyFacts);
  return (
    <Stack gap="lg">
      <TextInput
        label={policyLabels.delivery.transferRate}
        description={factsOf('delivery', 'transferRate').description}
        placeholder="unlimited"
        readOnly={isReadOnly}
        {...form.getInputProps('policy.delivery.transferRate')}
      />
      <Checkbox
        label={policyLabels.delivery.useHostFiles}
        description={factsOf('delivery', 'useHostFiles').description}
        disabled={isReadOnly}
        {...form.getInputProps('policy.delivery.useHostFiles', { type: 'checkbox' })}
      />
      <OfficePeersFields form={form} isReadOnly={isReadOnly} />
    </Stack>
  );
}

function OfficePeersFields({ form, isReadOnly }: PolicyFieldsProps): ReactNode {
  const [factsOf] = useState(readPolicyFacts);
  return (
    <>
      <Checkbox
        label={policyLabels.delivery.useOfficePeers}
        description={factsOf('delivery', 'useOfficePeers').description}
        disabled={isReadOnly}
        {...form.getInputProps('policy.delivery.useOfficePeers', { type: 'checkbox' })}
      />
      <TextInput
        label={policyLabels.delivery.officePeersUploadRate}
        description={factsOf('delivery', 'officePeersUploadRate').description}
        readOnly={isReadOnly}
        {...form.getInputProps('policy.delivery.officePeersUploadRate')}
      />
      <NumberInput
        label={policyLabels.delivery.officePeersStoreMiB}
        {...numberProps(factsOf('delivery', 'officePeersStoreMiB'), ' MiB')}
        readOnly={isReadOnly}
        {...form.getInputProps('policy.delivery.officePeersStoreMiB')}
      />
      <TagsInput
        label={policyLabels.delivery.officePeersNetworks}
        description={factsOf('delivery', 'officePeersNetworks').description}
        readOnly={isReadOnly}
        {...form.getInputProps('policy.delivery.officePeersNetworks')}
      />
    </>
  );
}

interface ChoiceFieldProps {
  readonly label: string;
  readonly facts: FieldFacts;
  readonly options: readonly string[];
  readonly isReadOnly: boolean;
  readonly inputProps: ReturnType<WorkspaceForm['getInputProps']>;
}

function ChoiceField({ label, facts, options, isReadOnly, inputProps }: ChoiceFieldProps): ReactNode {
  return (
    <Radio.Group label={label} description={facts.description} {...inputProps}>
      <Stack gap={8} mt={8}>
        {options.map((option) => (
          <Radio key={option} value={option} label={choiceLabels[option] ?? option} disabled={isReadOnly} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

/** Limits come from the schema; what lies outside them is refused with a reason, not changed silently. */
function numberProps(facts: FieldFacts, suffix?: string) {
  return {
    description: facts.description,
    allowDecimal: false,
    clampBehavior: 'none' as const,
    ...(facts.minimum === undefined ? {} : { min: facts.minimum }),
    ...(facts.maximum === undefined ? {} : { max: facts.maximum }),
    ...(suffix === undefined ? {} : { suffix }),
  };
}
