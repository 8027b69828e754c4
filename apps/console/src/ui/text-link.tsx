import { Anchor, type AnchorProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithRef, ReactNode } from 'react';

type AnchorElementProps = AnchorProps & Omit<ComponentPropsWithRef<'a'>, keyof AnchorProps>;

function PlainAnchor(props: AnchorElementProps): ReactNode {
  return <Anchor fw={550} {...props} />;
}

/** A link to another room, typed by the router. */
export const TextLink = createLink(PlainAnchor);
