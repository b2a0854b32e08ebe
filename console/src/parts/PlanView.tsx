import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PlanLine } from '~/api/types';

/** So many lines are shown before the rest is counted. */
const SHOWN = 12;

/** What is written, line by line. */
export function PlanView({ plan }: { plan: PlanLine[] }) {
  const { t } = useTranslation();
  if (plan.length === 0) return null;
  return (
    <div>
      <ul className="plan">
        {plan.slice(0, SHOWN).map((line) => (
          <li key={line.sign + line.text} data-sign={line.sign}>
            <span aria-hidden className="sign">
              {line.sign}
            </span>
            {line.text}
          </li>
        ))}
      </ul>
      {plan.length > SHOWN ? (
        <Text size="xs" c="dimmed">
          {t('changes.more', { count: plan.length - SHOWN })}
        </Text>
      ) : null}
    </div>
  );
}
