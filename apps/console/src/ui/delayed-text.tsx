import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';

const typingDelayMs = 300;

export interface DelayedTextProps {
  readonly label: string;
  readonly width?: number;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** Text that takes effect once the typing stops. */
export function DelayedText({ label, value, width = 140, onChange }: DelayedTextProps): ReactNode {
  const [text, setText] = useState(value ?? '');
  const [settledFrom, setSettledFrom] = useState(value);
  // The address is the truth: going back, or “Clear”, changes the text too.
  if (settledFrom !== value) {
    setSettledFrom(value);
    if ((value ?? '') !== text.trim()) setText(value ?? '');
  }
  const settle = useDebouncedCallback(
    (next: string) => onChange(next === '' ? undefined : next),
    typingDelayMs,
  );
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      w={width}
      maxLength={100}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        settle(event.currentTarget.value.trim());
      }}
    />
  );
}
