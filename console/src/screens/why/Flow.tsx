/**
 * The picture of the way: a list for those who hear it, a line of cards with arrows for those who see it. Where it ends is
 * said in words, by a sign and by colour.
 */
import { Text, Title } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconCheck,
  IconChevronRight,
  IconCircleDashed,
  IconClockPause,
  IconKey,
  IconLock,
  IconUserShield,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { split, splitRole } from '~/api/types';
import { reasonText } from '~/parts/Decision';
import { resourceIcon, subjectIcon } from '~/parts/Refs';
import { flowOf, type Step, type StepState } from './flow';
import type { Explained } from './question';

const SIGNS: Record<StepState, Icon> = {
  ok: IconCheck,
  broken: IconAlertTriangle,
  missing: IconLock,
  waiting: IconClockPause,
  after: IconCircleDashed,
};

export function Flow({ answer }: { answer: Explained }) {
  const { t } = useTranslation('why');
  const steps = flowOf(answer);
  const allowed = answer.context.outcome !== 'deny';
  const detail = answer.context.explanation?.nearest?.detail;
  return (
    <section aria-labelledby="flow-title" className="card">
      <Title order={2} size="h4" id="flow-title">
        {t('flow.title')}
      </Title>
      <Text size="sm" className="soft" mb="sm">
        {allowed ? t('flow.lead') : t('flow.nearest')}
      </Text>
      <ol className="flow">
        {steps.map((step) => (
          <li key={step.kind + step.ref} className="flow-step" data-state={step.state}>
            <FlowCard step={step} reason={answer.context.reason} detail={detail} />
          </li>
        ))}
      </ol>
      <Places answer={answer} />
    </section>
  );
}

function FlowCard({
  step,
  reason,
  detail,
}: {
  step: Step;
  reason: string;
  detail: string | null | undefined;
}) {
  const { t } = useTranslation('why');
  const Sign = SIGNS[step.state];
  const Picture = pictureOf(step);
  const ends = step.state === 'broken' || step.state === 'missing' || step.state === 'waiting';
  return (
    <div className="flow-card">
      <span className="flow-kind">{t(`flow.kinds.${step.kind}`)}</span>
      <span className="flow-title">
        <Picture size={18} stroke={1.6} aria-hidden />
        <StepLink step={step}>{step.title || t('flow.noRole')}</StepLink>
      </span>
      <span className="flow-state">
        <Sign size={14} stroke={2.2} aria-hidden />
        {t(`flow.states.${step.state}`)}
      </span>
      {ends ? (
        <span className="flow-reason">
          {step.state === 'missing' && step.kind === 'grant' ? t('flow.notGranted') : reasonText(reason)}
          {detail ? <code className="flow-detail">{detail}</code> : null}
        </span>
      ) : null}
    </div>
  );
}

function pictureOf({ kind, ref }: Step): Icon {
  if (kind === 'subject' || kind === 'group') return subjectIcon(ref);
  if (kind === 'role' || kind === 'included_role') return IconUserShield;
  return kind === 'grant' ? IconKey : resourceIcon(ref);
}

function StepLink({ step, children }: { step: Step; children: ReactNode }) {
  const { kind, ref } = step;
  if (ref === '' || kind === 'grant') return <span>{children}</span>;
  if (kind === 'role' || kind === 'included_role') {
    const [product, role] = splitRole(ref);
    return (
      <Link to="/roles/$product/$role" params={{ product, role }}>
        {children}
      </Link>
    );
  }
  const [type, id] = split(ref);
  if (kind === 'subject' || kind === 'group')
    return (
      <Link
        to={type === 'group' ? '/groups/$id' : type === 'api_key' ? '/keys/$id' : '/people/$id'}
        params={{ id }}
      >
        {children}
      </Link>
    );
  return (
    <Link to="/where" search={{ at: ref }}>
      {children}
    </Link>
  );
}

/** From the organization down to the thing, with the place at which the role is held. */
function Places({ answer }: { answer: Explained }) {
  const { t } = useTranslation('why');
  const places = [...(answer.context.explanation?.places ?? [])].reverse();
  if (places.length === 0) return null;
  return (
    <nav aria-label={t('flow.places')} className="why-places">
      <ol>
        {places.map((place, index) => {
          const Picture = resourceIcon(place.ref);
          return (
            <li key={place.ref} data-scope={place.scope || undefined}>
              {index > 0 ? <IconChevronRight size={14} aria-hidden className="soft" /> : null}
              <Picture size={15} stroke={1.6} aria-hidden />
              <span className="soft">{place.type_title}</span> {place.title}
              {place.scope ? <em>{t('flow.heldHere')}</em> : null}
              {place.registered ? null : <em>{t('flow.notRegistered')}</em>}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
