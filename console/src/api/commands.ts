/** Commands that are written often. In the API's document some of them lack their name, so they are made here. */
import type { AssignmentShown, Command, ResourceRef, RoleRef, SubjectRef } from './types';

/** A role at a place, with what can be said of it. */
export interface RoleGiven {
  role: RoleRef;
  scope: ResourceRef;
  approver: SubjectRef | null;
  starts: string | null;
  expires: string | null;
}

export const assign = (subject: SubjectRef, given: RoleGiven): Command => {
  const command = { command: 'assign', subject, parameters: {}, ...given };
  return command;
};

export const unassign = (held: Pick<AssignmentShown, 'subject' | 'role' | 'scope'>): Command => {
  const command = { command: 'unassign', subject: held.subject, role: held.role, scope: held.scope };
  return command;
};
