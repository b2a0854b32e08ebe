/** Who made an entry: a person, one in another's name, a program with its key, or whoever runs the server. */
import { IconServerCog } from '@tabler/icons-react';
import { Trans, useTranslation } from 'react-i18next';
import type { EntryShown } from '~/api/types';
import { split } from '~/api/types';
import { SubjectLink } from '~/parts/Refs';

export function Actor({ actor }: { actor: EntryShown['actor'] }) {
  const { t } = useTranslation('history');
  if (actor.kind === 'operator')
    return (
      <span className="ref">
        <IconServerCog size={15} stroke={1.7} aria-hidden />
        <span>{actor.vendor ? t('operatorVendor') : t('operator')}</span>
      </span>
    );
  if (actor.impersonator)
    return (
      <Trans
        t={t}
        i18nKey="as"
        components={{
          who: <SubjectLink subject={actor.impersonator} />,
          whom: <SubjectLink subject={actor.subject} />,
        }}
      />
    );
  return (
    <>
      <SubjectLink subject={actor.subject} />
      {split(actor.subject)[0] === 'api_key' ? <span className="soft"> {t('by')}</span> : null}
    </>
  );
}

/** Who really did it. */
export const whoDid = (actor: EntryShown['actor']): string | undefined =>
  actor.kind === 'operator' ? undefined : (actor.impersonator ?? actor.subject);
