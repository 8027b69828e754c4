import { workspaceLabels } from '../labels.ts';
import { entryWords } from '../policy/entry-words.ts';
import { settingLabel } from '../policy/policy-settings.ts';

const named = /^policy\.(\w+\.\w+)\[(.+)\](?:\.(\w+))?$/;

/**
 * What a path of a change is called: `policy.virtualMachine.cpus` is `Virtual processors`, and
 * `policy.applications.applications[Word].command` is `Word, command line`.
 */
export function fieldLabel(path: string): string {
  const entry = named.exec(path);
  if (entry !== null) {
    const [, list = '', name = '', field] = entry;
    if (field === undefined) return name;
    const label = entryWords[list]?.[field]?.label ?? field;
    return `${name}, ${label.charAt(0).toLowerCase()}${label.slice(1)}`;
  }
  if (path === 'image') return workspaceLabels.imageId;
  if (path in workspaceLabels) return workspaceLabels[path as keyof typeof workspaceLabels];
  return path.startsWith('policy.') ? settingLabel(path.slice('policy.'.length)) : path;
}
