/** One way out: what it is, all that it does besides, and the button that shows it once more before it is done. */
import { Alert, Badge, Button, Group, List, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconArrowRight, IconShieldCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { split } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { ScopeName, SubjectName } from '~/parts/Refs';
import { AskApproval } from './AskApproval';
import type { Explained, Fix, Question } from './question';
import { useFixTitle } from './steps';

interface Given {
  fix: Fix;
  /** The one that gives least. */
  first: boolean;
  answer: Explained;
  question: Question;
}

export function FixCard({ fix, first, answer, question }: Given) {
  const { t } = useTranslation('why');
  const { change } = useChange();
  const title = useFixTitle(answer.subject_title)(fix);
  const asks = fix.kind === 'ask_for_approval';
  const words = {
    who: answer.subject_title,
    what: answer.permission_title,
    where: split(answer.resource)[1],
  };
  const commands = fix.commands?.changes;
  return (
    <div className="fix" data-first={first || undefined}>
      <div className="fix-text">
        <Group gap="xs" mb={4}>
          <Title order={3} size="h5">
            {title}
          </Title>
          {first ? (
            <Badge color="green.9" leftSection={<IconShieldCheck size={13} aria-hidden />}>
              {t('fixes.safest')}
            </Badge>
          ) : null}
          {asks ? <Badge color="blue.9">{t('fixes.approval')}</Badge> : null}
        </Group>
        {asks ? <AskApproval fix={fix} answer={answer} question={question} /> : <SideEffects fix={fix} />}
        {fix.warnings.map((warning) => (
          <Alert
            key={warning.code + warning.message}
            color="yellow"
            icon={<IconAlertTriangle size={16} />}
            p={6}
            mt={6}
          >
            {warning.message}
          </Alert>
        ))}
      </div>
      {commands ? (
        <Button
          variant={first ? 'filled' : 'default'}
          aria-label={t('fixes.doLabel', { title })}
          rightSection={<IconArrowRight size={15} aria-hidden />}
          onClick={() =>
            change({ title, commands, explain: t('fixes.explain', words), confirm: t('fixes.confirm') })
          }
        >
          {t('fixes.do')}
        </Button>
      ) : null}
    </div>
  );
}

function SideEffects({ fix }: { fix: Fix }) {
  const { t } = useTranslation('why');
  const { counts, gains, losses } = fix.effects;
  return (
    <>
      {fix.outcome_after === 'needs_approval' ? <Text size="sm">{t('fixes.stillApproval')}</Text> : null}
      {fix.scope ? <Text size="sm">{t('fixes.reach', { place: split(fix.scope)[1] })}</Text> : null}
      {fix.also_gains === 0 ? (
        <Text size="sm">{t('fixes.nothingElse')}</Text>
      ) : (
        <>
          <Text size="sm">{t('fixes.alsoGains', { count: fix.also_gains })}</Text>
          <Listed effects={gains} all={fix.also_gains} named={counts.subjects > 1} />
        </>
      )}
      {counts.losses > 0 ? (
        <>
          <Text size="sm">{t('fixes.losses', { count: counts.losses })}</Text>
          <Listed effects={losses} all={counts.losses} named={counts.subjects > 1} />
        </>
      ) : null}
      {counts.subjects > 1 ? <Text size="sm">{t('fixes.people', { count: counts.subjects })}</Text> : null}
    </>
  );
}

interface ListedGiven {
  effects: Fix['effects']['gains'];
  all: number;
  /** Says whom it concerns, where that is not clear. */
  named: boolean;
}

function Listed({ effects, all, named }: ListedGiven) {
  const { t } = useTranslation('why');
  return (
    <List size="sm" className="fix-list">
      {effects.map((one) => (
        <List.Item key={one.subject + one.permission + one.scope}>
          {one.title} <ScopeName scope={one.scope} />
          {named ? (
            <>
              {' '}
              <SubjectName subject={one.subject} />
            </>
          ) : null}
        </List.Item>
      ))}
      {all > effects.length ? (
        <List.Item>{t('fixes.more', { count: all - effects.length })}</List.Item>
      ) : null}
    </List>
  );
}
