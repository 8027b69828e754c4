export type { FieldForm } from './field-form.ts';
export { type EntryKind, ListEditor } from './list-editor.tsx';
export { newEntry, readSchema, type SettingNode, type Settings } from './schema-nodes.ts';
export { SettingField, type SettingWords } from './setting-field.tsx';
export { SettingList } from './setting-list.tsx';
export { valueAt, withValueAt } from './value-at.ts';
