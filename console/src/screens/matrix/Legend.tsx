/** What the signs mean. */
import { useTranslation } from 'react-i18next';
import { CellMark } from './CellMark';
import type { CellOutcome } from './model';

const OUTCOMES: CellOutcome[] = ['allow', 'limited', 'needs_approval', 'conditional'];
const DENIED = ['hidden', 'disabled', 'read_only', 'replaced', null] as const;

export function Legend() {
  const { t } = useTranslation('matrix');
  return (
    <ul className="legend" aria-label={t('legend.label')}>
      {OUTCOMES.map((outcome) => (
        <li key={outcome}>
          <CellMark outcome={outcome} denied={null} />
          {t(`outcomes.${outcome}`)}
        </li>
      ))}
      <li className="legend-denied">{t('legend.denied')}</li>
      {DENIED.map((state) => (
        <li key={state ?? 'unsaid'}>
          <CellMark outcome="deny" denied={state} />
          {t(`legend.states.${state ?? 'unsaid'}`)}
        </li>
      ))}
    </ul>
  );
}
