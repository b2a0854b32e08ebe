/** Under which terms something is granted, in words. */
import { Tooltip } from '@mantine/core';
import {
  IconClockPause,
  IconFilterCode,
  IconMapPin,
  IconShieldHalf,
  IconUserCheck,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoles } from '~/api/names';
import { split } from '~/api/types';
import { isPlain, type Terms } from './draft';

function Term({ icon, label, children }: { icon: ReactNode; label?: string; children: ReactNode }) {
  const term = (
    <span className="term">
      {icon}
      <span>{children}</span>
    </span>
  );
  return label ? <Tooltip label={label}>{term}</Tooltip> : term;
}

const size = { size: 14, stroke: 1.8, 'aria-hidden': true } as const;

export function TermsView({ terms, product }: { terms: Terms; product: string }) {
  const { t } = useTranslation('roles');
  const { byRef } = useRoles();
  if (isPlain(terms)) return null;
  const titles = (roles: string[]) =>
    roles.map((role) => byRef.get(`${product}/${role}`)?.title ?? role).join(', ');
  const relation = (id: string) => t(`relations.${id as 'owner'}`, { defaultValue: id });
  return (
    <span className="terms">
      {terms.within ? (
        <Term icon={<IconMapPin {...size} />} label={terms.within}>
          {t('terms.within', { place: split(terms.within)[1] })}
        </Term>
      ) : null}
      {terms.related && terms.related.length > 0 ? (
        <Term icon={<IconUserCheck {...size} />}>
          {t('terms.related', { relations: terms.related.map(relation).join(', ') })}
        </Term>
      ) : null}
      {terms.requires && terms.requires.length > 0 ? (
        <Term icon={<IconShieldHalf {...size} />}>
          {t('terms.requires', { roles: titles(terms.requires) })}
        </Term>
      ) : null}
      {terms.when ? (
        <Term icon={<IconFilterCode {...size} />}>
          {t('terms.when')} <code>{terms.when}</code>
        </Term>
      ) : null}
      {terms.reach ? (
        <Term icon={<IconMapPin {...size} />}>
          {t('terms.reach', { type: t(`types.${terms.reach as 'product'}`, { defaultValue: terms.reach }) })}
        </Term>
      ) : null}
      {terms.limit ? <Term icon={<IconShieldHalf {...size} />}>{terms.limit.text}</Term> : null}
      {terms.within_budget ? <Term icon={<IconShieldHalf {...size} />}>{t('terms.budget')}</Term> : null}
      {terms.needs_approval ? <Term icon={<IconClockPause {...size} />}>{t('terms.approval')}</Term> : null}
      {terms.otherwise === 'needs_approval' ? (
        <Term icon={<IconClockPause {...size} />}>{t('terms.otherwise')}</Term>
      ) : null}
    </span>
  );
}
