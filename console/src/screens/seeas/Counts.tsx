/** The screen in numbers. */
import { useTranslation } from 'react-i18next';
import { stateIcon } from '~/parts/Decision';
import { type ControlShown, countsOf, STATES } from './screen';

export function Counts({ controls }: { controls: ControlShown[] }) {
  const { t } = useTranslation('seeAs');
  const { t: words } = useTranslation('decisions');
  const counts = countsOf(controls);
  return (
    <dl className="screen-counts" aria-label={t('screen.counts')}>
      {STATES.map((state) => {
        const Sign = stateIcon(state);
        return (
          <div key={state} data-state={state}>
            <dt>
              <Sign size={15} stroke={2} aria-hidden /> {words(`states.${state}`)}
            </dt>
            <dd>{counts[state]}</dd>
          </div>
        );
      })}
    </dl>
  );
}
