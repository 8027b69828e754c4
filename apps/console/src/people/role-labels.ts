import { type RoleName, roles } from '@carrel/contract';

/** A role's name as people read it: `Image engineer`. */
export function roleLabel(role: RoleName): string {
  const words = role.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Every role, for choosing. */
export const roleChoices = (Object.keys(roles) as RoleName[]).map((role) => ({
  value: role,
  label: roleLabel(role),
}));
