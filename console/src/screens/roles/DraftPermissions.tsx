/** The checklist of a role of one's own: what it gives, from where, and under which terms. */
import { Button } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PermissionShown, ProductWhole } from '~/api/types';
import {
  type Draft,
  give,
  isPlain,
  type Outcome,
  onlyByBundle,
  startOutcome,
  takeAway,
  termsKey,
} from './draft';
import { GrantTerms } from './GrantTerms';
import { PermissionList, type RowState } from './PermissionList';
import type { Workshop } from './parts';
import { TermsView } from './TermsView';
import { useReason } from './words';

interface Given {
  draft: Draft;
  product: ProductWhole;
  workshop: Workshop;
  outcome: Outcome;
  onChange: (draft: Draft) => void;
}

export function DraftPermissions({ draft, product, workshop, outcome, onChange }: Given) {
  const { t } = useTranslation('roles');
  const [editing, setEditing] = useState<PermissionShown | null>(null);
  const { parts, rules } = workshop;
  const reason = useReason();
  const before = startOutcome(draft, parts);
  const state = (permission: PermissionShown): RowState => {
    const ways = outcome.get(permission.id);
    const bundle = onlyByBundle(ways);
    const on = ways !== undefined;
    const refusal = on ? undefined : rules.barred.get(permission.id);
    const barred = refusal && reason(refusal);
    return {
      on,
      locked: barred ?? (bundle ? t('form.byBundle', { bundle: parts.book.title(bundle) }) : undefined),
      mark: markOf(before.has(permission.id), on, ways ?? [], before.get(permission.id) ?? []),
      note: (ways ?? [])
        .filter((one) => !isPlain(one.terms) && !one.bundle)
        .map((one) => <TermsView key={termsKey(one.terms)} terms={one.terms} product={product.id} />),
    };
  };
  const toggle = (ids: string[], on: boolean) =>
    onChange(ids.reduce((next, id) => (on ? give : takeAway)(next, id, parts), draft));
  return (
    <>
      <PermissionList
        product={product}
        state={state}
        onToggle={toggle}
        extra={(permission) => (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconAdjustments size={14} aria-hidden />}
            onClick={() => setEditing(permission)}
            aria-label={t('form.restrictWhich', { permission: permission.title })}
          >
            {t('form.restrict')}
          </Button>
        )}
      />
      {editing ? (
        <GrantTerms
          permission={editing}
          draft={draft}
          workshop={workshop}
          close={() => setEditing(null)}
          onChange={onChange}
        />
      ) : null}
    </>
  );
}

type Ways = NonNullable<ReturnType<Outcome['get']>>;

function markOf(was: boolean, is: boolean, now: Ways, before: Ways): RowState['mark'] {
  if (was !== is) return is ? 'added' : 'removed';
  const keys = (ways: Ways) => [...new Set(ways.map((one) => termsKey(one.terms)))].sort().join();
  return is && keys(now) !== keys(before) && !before.some((one) => isPlain(one.terms))
    ? 'changed'
    : undefined;
}
