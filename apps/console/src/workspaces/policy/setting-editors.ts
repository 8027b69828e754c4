import type { ComponentType } from 'react';
import { ApplicationsEditor, MenusEditor } from './applications-editor.tsx';
import { ComputerNameField } from './computer-name-field.tsx';
import { MemoryEditor } from './memory-editor.tsx';
import { DomainNamesEditor, SetupActionsEditor } from './setup-actions-editor.tsx';
import { WebRulesEditor } from './web-rules-editor.tsx';

/** Settings that take more than the field their schema suggests, by path. */
export const settingEditors: Readonly<Record<string, ComponentType<{ readonly path: string }>>> = {
  'applications.applications': ApplicationsEditor,
  'applications.menus': MenusEditor,
  'web.rules': WebRulesEditor,
  'vmSetup.computerName': ComputerNameField,
  'vmSetup.domainNames': DomainNamesEditor,
  'vmSetup.actions': SetupActionsEditor,
  'performance.memoryTable': MemoryEditor,
};
