import { z } from 'zod';
import { bytes, type EventDefinition, failureFields, text } from './event-definition.ts';

/** Images that come to a computer and go. */
export const imageEvents = {
  'IMAGE-001': {
    severity: 'information',
    category: 'image',
    template: 'Fetching {image} version {version} began ({totalBytes} bytes).',
    fields: { image: text, version: z.int(), totalBytes: bytes },
  },
  'IMAGE-002': {
    severity: 'information',
    category: 'image',
    template:
      '{image} version {version} is complete: {downloadedBytes} bytes downloaded, {fromSeedsBytes} found on this computer.',
    fields: {
      image: text,
      version: z.int(),
      downloadedBytes: bytes,
      fromSeedsBytes: bytes,
      repositoryBytes: bytes,
      peersBytes: bytes,
      stagedBytes: bytes,
      copiesBytes: bytes,
      hostFilesBytes: bytes,
    },
  },
  'IMAGE-003': {
    severity: 'error',
    category: 'image',
    template: 'Fetching {image} failed ({code}): {message}',
    fields: { image: text, ...failureFields },
  },
  'IMAGE-004': {
    severity: 'error',
    category: 'image',
    template: 'Data of {image} from {source} was not what was packed and was refused.',
    fields: { image: text, source: text },
  },
  'IMAGE-005': {
    severity: 'information',
    category: 'image',
    template: 'Version {version} of {image} was removed from this computer.',
    fields: { image: text, version: z.int() },
  },
  'IMAGE-006': {
    severity: 'warning',
    category: 'image',
    template:
      'The office peer {peer} gave data that was not what was packed; it was refused and is not asked again.',
    fields: { peer: text },
  },
} as const satisfies Record<string, EventDefinition>;
