/** Short names for what the API speaks of. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type SubjectRef = string;
export type RoleRef = string;
export type ResourceRef = string;

export type Me = Schemas['Me'];
export type SessionShown = Schemas['SessionShown'];
export type User = Schemas['User'];
export type UserWhole = Schemas['SubjectShown'];
export type GroupShown = Schemas['GroupShown'];
export type ApiKeyShown = Schemas['ApiKeyShown'];
export type RoleShown = Schemas['RoleShown'];
export type RoleWhole = Schemas['RoleWhole'];
export type ProductShown = Schemas['ProductShown'];
export type ProductWhole = Schemas['ProductWhole'];
export type PermissionShown = Schemas['PermissionShown'];
export type ResourceShown = Schemas['ResourceShown'];
export type AssignmentShown = Schemas['AssignmentShown'];
export type HeldRole = Schemas['HeldRole'];
export type Path = Schemas['Path'];
export type Effects = Schemas['Effects'];
export type Effect = Schemas['Effect'];
export type EntryShown = Schemas['EntryShown'];
export type Command = Schemas['Command'];
export type Warning = Schemas['Warning'];
export type PlanLine = Schemas['PlanLine'];

/** What every write answers, whatever its result is. */
export type Done = Omit<Schemas['Done12'], 'result'> & { result?: unknown };

/** `user:ada` → `['user', 'ada']`; an id may hold colons of its own. */
export function split(ref: string): [kind: string, id: string] {
  const at = ref.indexOf(':');
  return at < 0 ? ['', ref] : [ref.slice(0, at), ref.slice(at + 1)];
}

/** `commerce/buyer2` → `['commerce', 'buyer2']`. */
export function splitRole(ref: RoleRef): [product: string, role: string] {
  const at = ref.indexOf('/');
  return at < 0 ? ['', ref] : [ref.slice(0, at), ref.slice(at + 1)];
}
