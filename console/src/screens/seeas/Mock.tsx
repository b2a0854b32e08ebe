/** A control as it would look: a button, a field that can only be read, a grey one, or the outline of what is not there. */
import { Tooltip, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { reasonText, screenText, stateIcon } from '~/parts/Decision';
import { type ControlShown, labelOf } from './screen';

interface Given {
  control: ControlShown;
  subject: string;
  resource: string;
  /** Its name stands beside it already. */
  named?: boolean;
}

export function Mock({ control, subject, resource, named = false }: Given) {
  const { t } = useTranslation('seeAs');
  const { t: words } = useTranslation('decisions');
  const { state, also = [] } = control.presentation;
  const Sign = stateIcon(state);
  const reason = reasonText(control.reason);
  const says = screenText(state, control.replacement_title ?? undefined);
  const label = t('screen.why', { what: control.title, state: words(`states.${state}`), reason });
  return (
    <span className="mock-control">
      <Tooltip label={[control.control, says, reason].filter(Boolean).join(' · ')} multiline maw={320}>
        <Link
          to="/why"
          search={{ subject, permission: control.permission, resource }}
          className="mock"
          data-state={state}
        >
          <Sign size={15} stroke={2} aria-hidden />
          <span>{named && state !== 'replaced' ? words(`states.${state}`) : labelOf(control)}</span>
          <VisuallyHidden>{label}</VisuallyHidden>
        </Link>
      </Tooltip>
      {state === 'replaced' && !named ? (
        <span className="mock-note">{t('screen.insteadOf', { what: control.title })}</span>
      ) : null}
      {control.outcome === 'needs_approval' ? (
        <span className="mock-note">{t('screen.approval')}</span>
      ) : null}
      {(control.limits ?? []).map((text) => (
        <span key={text} className="mock-note">
          {t('screen.limit', { text })}
        </span>
      ))}
      {also.map((one) => (
        <span key={one.control} className="mock-note">
          {t('screen.also', { control: one.control, state: words(`states.${one.state}`) })}
        </span>
      ))}
    </span>
  );
}
