/** One change of an entry in a sentence, with names that lead to what they name. */
import type { ReactElement } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import type { EntryShown } from '~/api/types';
import { RoleLink, RoleName, ScopeLink, ScopeName, SubjectLink, SubjectName } from '~/parts/Refs';
import { exactTime } from '~/parts/When';
import { type Said, said } from './said';

export function ChangeLine({ change, summary }: { change: EntryShown['changes'][number]; summary: string }) {
  const { t } = useTranslation('history');
  const sentence = said(change);
  if (!sentence) return <>{summary}</>;
  const { until, ...values } = sentence.values;
  return (
    <Trans
      t={t}
      i18nKey={`lines.${sentence.line}`}
      values={{ ...values, ...(until ? { until: exactTime(until) } : {}) }}
      components={parts(sentence)}
    />
  );
}

/** What is gone is named; what is there is linked to. */
function parts({ subject, group, role, scope, parent, gone }: Said): Record<string, ReactElement> {
  return {
    ...(subject
      ? { subject: gone ? <SubjectName subject={subject} /> : <SubjectLink subject={subject} /> }
      : {}),
    ...(group ? { group: <SubjectLink subject={group} /> } : {}),
    ...(role ? { role: gone ? <RoleName role={role} /> : <RoleLink role={role} /> } : {}),
    ...(scope ? { scope: gone ? <ScopeName scope={scope} /> : <ScopeLink scope={scope} /> } : {}),
    ...(parent ? { parent: <ScopeLink scope={parent} /> } : {}),
  };
}
