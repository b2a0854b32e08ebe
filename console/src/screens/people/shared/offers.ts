/** Which roles I may give somewhere, and why not the others. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoles } from '~/api/names';
import { useRead } from '~/api/read';
import type { Me, ResourceRef, RoleRef, RoleShown, SubjectRef } from '~/api/types';
import { split } from '~/api/types';
import { useHere } from '~/app/here';

/** A role at a place, as it is offered. Without reasons against it, it may be given. */
export interface Offer {
  role: RoleRef;
  title: string;
  held: boolean;
  needsApprover: boolean;
  reasons: string[];
}

interface Offers {
  offers: Offer[];
  isLoading: boolean;
  error: unknown;
}

/** What the server says for one subject; for people who are not there yet, or for many, what my authority covers. */
export function useOffers(subject: SubjectRef | null, scope: ResourceRef | null): Offers {
  const told = useRead(
    '/v1/orgs/{org}/review/assignable-roles',
    { query: { subject: subject ?? '', scope: scope ?? '', limit: 1000 } },
    { enabled: subject !== null && scope !== null },
  );
  const covered = useCovered(subject === null ? scope : null);
  const offers = useMemo(
    () =>
      (told.data?.items ?? []).map((one) => ({
        role: one.role,
        title: one.title,
        held: one.held,
        needsApprover: one.needs_approver ?? false,
        reasons: one.assignable ? [] : (one.refusals ?? []).map((reason) => reason.message),
      })),
    [told.data],
  );
  return subject === null ? covered : { offers, isLoading: told.isLoading, error: told.error };
}

/** The roles that my authority reaches at a place, whoever is to get them. */
function useCovered(scope: ResourceRef | null): Offers {
  const { t } = useTranslation('people');
  const { me } = useHere();
  const { all, isLoading } = useRoles();
  const place = useRead(
    '/v1/orgs/{org}/resources/{resource}',
    { path: { resource: scope ?? '' } },
    { enabled: scope !== null },
  );
  const offers = useMemo(() => {
    if (!scope || !place.data) return [];
    const { ancestors, product } = place.data;
    const mine = assignableAt(me, [scope, ...ancestors]);
    const everywhere = spanning(all);
    return all.flatMap((role) => {
      const fits = fitsAt(role, { scope, ancestors, product: product ?? null }, everywhere);
      if (role.baseline || (!fits && !mine.has(role.id))) return [];
      const reasons = [
        ...(fits ? [] : [t('assign.notHere')]),
        ...(fits && !mine.has(role.id) ? [t('assign.notYours')] : []),
      ];
      const offer = { role: role.id, title: role.title, held: false, needsApprover: role.needs_approver };
      return [{ ...offer, reasons }];
    });
  }, [all, me, scope, place.data, t]);
  return { offers, isLoading: isLoading || place.isLoading, error: place.error };
}

/** What I may give at one of these places. */
export function assignableAt(me: Pick<Me, 'administers'>, places: ResourceRef[]): Set<RoleRef> {
  return new Set(me.administers.filter((one) => places.includes(one.scope)).flatMap((one) => one.assignable));
}

/** A place, with what is above it. */
interface Place {
  scope: ResourceRef;
  ancestors: ResourceRef[];
  product: string | null;
}

/** Products whose roles are held in the places of others: only of such there are roles for the whole organization. */
export function spanning(roles: Pick<RoleShown, 'assignable_at' | 'product'>[]): Set<string> {
  return new Set(
    roles.filter((role) => role.assignable_at?.includes('organization')).map((role) => role.product),
  );
}

/** Whether a role is made for places like this one. */
export function fitsAt(
  role: Pick<RoleShown, 'assignable_at' | 'product' | 'instances'>,
  { scope, ancestors, product }: Place,
  everywhere: Set<string>,
): boolean {
  if (role.assignable_at && !role.assignable_at.includes(split(scope)[0])) return false;
  const above = [scope, ...ancestors];
  const bound = role.instances.length === 0 || role.instances.some((one) => above.includes(one));
  return bound && (role.product === product || everywhere.has(role.product));
}
