/** A question, and as soon as it is whole, the answer: why, in a sentence and a picture, and what can be done about it. */
import { Button, CopyButton, Stack } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useHere } from '~/app/here';
import { Busy } from '~/parts/Busy';
import { Page } from '~/parts/Page';
import { ProblemNote } from '~/parts/ProblemNote';
import { Answer } from './Answer';
import { Fixes } from './Fixes';
import { Flow } from './Flow';
import { Looked } from './Looked';
import { QuestionForm } from './QuestionForm';
import { isNow, type Question, questionOf, useExplained } from './question';
import { useKept } from './recent';
import { Start } from './Start';
import { Terms } from './Terms';
import './why.css';

export function Why() {
  const { t } = useTranslation('why');
  const search = useSearch({ from: '/signed-in/why' });
  const question = questionOf(search);
  return (
    <Page title={t('title')} lead={t('lead')} help="why" actions={question ? <Actions /> : null}>
      <Stack gap="lg">
        <QuestionForm search={search} />
        {question ? <Answered question={question} /> : <Start search={search} />}
      </Stack>
    </Page>
  );
}

function Actions() {
  const { t } = useTranslation('why');
  return (
    <>
      <CopyButton value={window.location.href}>
        {({ copied, copy }) => (
          <Button variant="default" leftSection={<IconLink size={16} aria-hidden />} onClick={copy}>
            {copied ? t('form.copied') : t('form.copy')}
          </Button>
        )}
      </CopyButton>
      <Button variant="default" renderRoot={(props) => <Link to="/why" {...props} />}>
        {t('form.another')}
      </Button>
    </>
  );
}

function Answered({ question }: { question: Question }) {
  const { org, asOf } = useHere();
  const { data, error, refetch } = useExplained(question);
  useKept(org, data);
  if (error && !data) return <ProblemNote error={error} retry={() => void refetch()} />;
  if (!data) return <Busy />;
  return (
    <>
      <Answer answer={data} now={isNow(question, asOf)} />
      <Flow answer={data} />
      <Terms answer={data} />
      {data.context.outcome === 'allow' ? null : <Fixes answer={data} question={question} />}
      <Looked answer={data} />
    </>
  );
}
