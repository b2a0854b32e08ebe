/** The answer in one sentence, then the reason, then what the screen shows. */
import { Alert, Anchor, Group, Text, Title } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { split, splitRole } from '~/api/types';
import { OutcomeBadge, reasonText, screenText } from '~/parts/Decision';
import { exactTime } from '~/parts/When';
import type { Explained } from './question';

export function Answer({ answer, now }: { answer: Explained; now: boolean }) {
  const { t } = useTranslation('why');
  const { outcome, reason, presentation, limits, message } = answer.context;
  const words = {
    who: answer.subject_title,
    what: answer.permission_title,
    where: split(answer.resource)[1],
  };
  const instead = useReplacement(presentation.replacement);
  return (
    <section className="answer" data-outcome={outcome} aria-label={t('answer.label')} aria-live="polite">
      <Group gap="sm" align="center" mb={6}>
        <OutcomeBadge outcome={outcome} size="lg" />
        {now ? null : (
          <Text size="xs" className="soft">
            {t('answer.at', { when: exactTime(answer.time) })}
          </Text>
        )}
      </Group>
      <Title order={2} className="answer-sentence">
        {t(`answer.${outcome}`, words)}
      </Title>
      <Text className="answer-reason">
        {reasonText(reason)} {screenText(presentation.state, instead)}
      </Text>
      {(limits ?? []).map((text) => (
        <Text key={text} size="sm">
          {t('answer.limit', { text })}
        </Text>
      ))}
      {answer.hidden ? (
        <Alert color="yellow" mt="sm" p="xs">
          {t('answer.hidden')}
        </Alert>
      ) : (
        <Text size="xs" className="soft" mt={6}>
          {t('answer.server', { message })}
        </Text>
      )}
      <Anchor
        size="sm"
        mt="xs"
        display="inline-flex"
        className="with-icon"
        renderRoot={(props) => (
          <Link
            to="/see-as"
            search={{
              subject: answer.subject,
              product: splitRole(answer.permission)[0],
              resource: answer.resource,
            }}
            {...props}
          />
        )}
      >
        <IconEye size={16} aria-hidden /> {t('answer.seeAs')}
      </Anchor>
    </section>
  );
}

/** The title of what stands in the place of a control. */
function useReplacement(permission: string | null | undefined): string | undefined {
  const [product, id] = splitRole(permission ?? '');
  const { data } = useRead(
    '/v1/orgs/{org}/products/{product}',
    { path: { product } },
    { enabled: product !== '' },
  );
  return permission ? (data?.permissions.find((one) => one.id === id)?.title ?? id) : undefined;
}
