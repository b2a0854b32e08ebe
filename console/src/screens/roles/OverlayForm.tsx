/** What an organization changes of a system role: the default, a difference from it, and the way back. */
import { Button } from '@mantine/core';
import { IconPlusMinus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '~/api/problem';
import type { Command, PermissionShown, ProductWhole, RoleWhole } from '~/api/types';
import { splitRole } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import {
  bookOf,
  type Draft,
  difference,
  emptyDraft,
  give,
  isPlain,
  local,
  onlyByBundle,
  outcome,
  type Parts,
  startOutcome,
  takeAway,
  termsKey,
} from './draft';
import { FormAside } from './FormAside';
import { PermissionList, type RowState } from './PermissionList';
import { Part } from './RoleForm';
import { useTrial } from './rules';
import { TermsView } from './TermsView';

export function OverlayForm({ role, product }: { role: RoleWhole; product: ProductWhole }) {
  const { t } = useTranslation('roles');
  const navigate = useNavigate();
  const { change } = useChange();
  const parts = useMemo(() => partsOf(role, product), [role, product]);
  const initial = useMemo(() => draftOfOverlay(role), [role]);
  const [draft, setDraft] = useState(initial);
  const now = outcome(draft, parts);
  const before = startOutcome(draft, parts);
  const body = { add: draft.grants.map((grant) => grant.permission), remove: draft.without };
  const differs = body.add.length + body.remove.length > 0;
  const touched = JSON.stringify(draft) !== JSON.stringify(initial);
  const command: Command = differs
    ? { command: 'put_overlay', role: role.id, body }
    : { command: 'delete_overlay', role: role.id };
  const trial = useTrial(touched ? [command] : null);
  const [productId, id] = splitRole(role.id);
  const toRole = () =>
    void navigate({ to: '/roles/$product/$role', params: { product: productId, role: id } });
  const save = () =>
    change({
      title: t('overlay.change', { role: role.title }),
      explain: t('overlay.explain'),
      commands: [command],
      confirm: t('overlay.confirm'),
      onDone: toRole,
    });
  const revert = () =>
    change({
      title: t('overlay.revertChange', { role: role.title }),
      explain: t('overlay.revertExplain'),
      commands: [{ command: 'delete_overlay', role: role.id }],
      confirm: t('overlay.revert'),
      onDone: toRole,
    });
  const refused = trial.error ? asProblem(trial.error).refusals[0] : undefined;
  return (
    <div className="role-form">
      <div className="form-grants">
        <Part title={t('overlay.permissions')} lead={t('overlay.permissionsLead')}>
          {role.overlay ? (
            <div className="note note-row">
              <span className="ref">
                <IconPlusMinus size={16} aria-hidden /> {t('overlay.there')}
              </span>
              <Button size="compact-sm" variant="default" onClick={revert}>
                {t('overlay.revert')}
              </Button>
            </div>
          ) : null}
          <PermissionList
            product={product}
            state={(permission) => rowState(permission, draft, parts, product, t)}
            onToggle={(ids, on) =>
              setDraft(ids.reduce((next, one) => (on ? give : takeAway)(next, one, parts), draft))
            }
          />
        </Part>
      </div>
      <FormAside
        product={product}
        count={now.size}
        from={null}
        start="default"
        difference={difference(before, now)}
        outcome={now}
        error={refused ? trial.error : null}
        warnings={trial.data?.warnings ?? []}
        isLooking={trial.isFetching}
      >
        <Button onClick={save} disabled={!touched} fullWidth>
          {t('overlay.save')}
        </Button>
      </FormAside>
    </div>
  );
}

type T = ReturnType<typeof useTranslation<'roles'>>['t'];

function rowState(
  permission: PermissionShown,
  draft: Draft,
  parts: Parts,
  product: ProductWhole,
  t: T,
): RowState {
  const ways = outcome(draft, parts).get(permission.id);
  const was = startOutcome(draft, parts).has(permission.id);
  const bundle = onlyByBundle(ways);
  const is = ways !== undefined;
  return {
    on: is,
    locked: bundle ? t('form.byBundle', { bundle: parts.book.title(bundle) }) : undefined,
    mark: was === is ? undefined : is ? 'added' : 'removed',
    note: (ways ?? [])
      .filter((one) => !isPlain(one.terms) && !one.bundle)
      .map((one) => <TermsView key={termsKey(one.terms)} terms={one.terms} product={product.id} />),
  };
}

/** The default: what there is without what the overlay added, and with what it took away. */
function partsOf(role: RoleWhole, product: ProductWhole): Parts {
  const added = new Set(role.overlay?.add ?? []);
  const own = role.grants.filter(
    (grant) =>
      !added.has(local(grant.permission)) && !(grant.implied_by && added.has(local(grant.implied_by))),
  );
  const title = (id: string) => product.permissions.find((one) => one.id === id)?.title ?? id;
  const gone = (role.overlay?.remove ?? []).map((id) => ({
    permission: `${product.id}/${id}`,
    title: title(id),
    from: null,
  }));
  return { book: bookOf(product), base: [...own, ...gone], included: [], forbidden: new Set() };
}

function draftOfOverlay(role: RoleWhole): Draft {
  const [product, id] = splitRole(role.id);
  return {
    ...emptyDraft(product),
    start: { duplicate: id },
    grants: (role.overlay?.add ?? []).map((permission) => ({ permission })),
    without: role.overlay?.remove ?? [],
  };
}
