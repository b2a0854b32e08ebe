/** What can be done about it: ways that were tried and work, those that the rules refuse, and who else could. */
import { Accordion, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHere } from '~/app/here';
import { SubjectLink } from '~/parts/Refs';
import { FixCard } from './FixCard';
import { type Explained, isNow, type Question, type RefusedFix } from './question';
import { useFixTitle } from './steps';

/** So many ways are shown at first. */
const FIRST = 3;

export function Fixes({ answer, question }: { answer: Explained; question: Question }) {
  const { t } = useTranslation('why');
  const { asOf } = useHere();
  return (
    <section aria-labelledby="fixes-title" className="card">
      <Title order={2} size="h4" id="fixes-title">
        {t('fixes.title')}
      </Title>
      {isNow(question, asOf) ? (
        <Ways answer={answer} question={question} />
      ) : (
        <Text size="sm" className="soft">
          {asOf ? t('fixes.past') : t('fixes.later')}
        </Text>
      )}
    </section>
  );
}

function Ways({ answer, question }: { answer: Explained; question: Question }) {
  const { t } = useTranslation('why');
  const [all, setAll] = useState(false);
  const { fixes = [], refused_fixes: refused = [], others_may: others = [] } = answer;
  const more = fixes.length - FIRST;
  return (
    <Stack gap="md">
      <div>
        {fixes.length === 0 ? (
          <Text size="sm" fw={600}>
            {t('fixes.none')}
          </Text>
        ) : null}
        <Text size="sm" className="soft">
          {fixes.length === 0 ? t('fixes.noneText') : t('fixes.lead')}
        </Text>
      </div>
      {fixes.length > 0 ? (
        <ol className="fixes">
          {(all ? fixes : fixes.slice(0, FIRST)).map((fix, index) => (
            <li key={fix.title}>
              <FixCard fix={fix} first={index === 0} answer={answer} question={question} />
            </li>
          ))}
        </ol>
      ) : null}
      {more > 0 && !all ? (
        <Button variant="default" w="fit-content" onClick={() => setAll(true)}>
          {t('fixes.show', { count: more })}
        </Button>
      ) : null}
      {answer.truncated ? (
        <Text size="xs" className="soft">
          {t('fixes.truncated')}
        </Text>
      ) : null}
      {others.length > 0 ? (
        <div>
          <Title order={3} size="h6" mb={4}>
            {t('fixes.others')}
          </Title>
          <Group gap="md">
            {others.map((one) => (
              <SubjectLink key={one.subject} subject={one.subject} />
            ))}
          </Group>
        </div>
      ) : null}
      {refused.length > 0 ? <Refused refused={refused} who={answer.subject_title} /> : null}
    </Stack>
  );
}

function Refused({ refused, who }: { refused: RefusedFix[]; who: string }) {
  const { t } = useTranslation('why');
  const title = useFixTitle(who);
  return (
    <Accordion variant="contained">
      <Accordion.Item value="refused">
        <Accordion.Control>{t('fixes.refused', { count: refused.length })}</Accordion.Control>
        <Accordion.Panel>
          <ul className="refused">
            {refused.map((one) => (
              <li key={one.title}>
                <Text size="sm" fw={600}>
                  {title(one)}
                </Text>
                {one.refusals.map((refusal) => (
                  <div key={refusal.code + refusal.message}>
                    <Text size="sm">{refusal.message}</Text>
                    {refusal.instead ? (
                      <Text size="sm">{t('fixes.instead', { instead: refusal.instead })}</Text>
                    ) : null}
                    <Text size="xs" className="soft">
                      {t('fixes.byRule', { rule: refusal.rule })}
                    </Text>
                  </div>
                ))}
                {one.others_could ? <Text size="sm">{t('fixes.othersCould')}</Text> : null}
              </li>
            ))}
          </ul>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
