/** What the grant asks for besides the role: conditions with what they read, and the other terms in words. */
import { Badge, Group, List, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { components } from '~/api/schema';
import { split } from '~/api/types';
import type { Explained } from './question';

type Grant = components['schemas']['ExplainedGrant'];

export function Terms({ answer }: { answer: Explained }) {
  const { t } = useTranslation('why');
  const grant = answer.context.explanation?.grant;
  const words = useWords(grant);
  if (!grant || (!grant.when && words.length === 0)) return null;
  return (
    <section aria-labelledby="terms-title" className="card">
      <Title order={2} size="h4" id="terms-title" mb="xs">
        {t('terms.title')}
      </Title>
      {grant.when ? <Condition grant={grant} when={grant.when} /> : null}
      {words.length > 0 ? (
        <List size="sm" mt={grant.when ? 'sm' : 0}>
          {words.map((text) => (
            <List.Item key={text}>{text}</List.Item>
          ))}
        </List>
      ) : null}
    </section>
  );
}

function useWords(grant: Grant | null | undefined): string[] {
  const { t } = useTranslation('why');
  if (!grant) return [];
  const { related = [], requires = [], within, reach, limit } = grant;
  return [
    grant.implied_by ? t('terms.implied', { permission: grant.implied_by }) : '',
    related.length > 0 ? t('terms.related', { list: related.join(', ') }) : '',
    requires.length > 0 ? t('terms.requires', { list: requires.join(', ') }) : '',
    within ? t('terms.within', { place: split(within)[1] }) : '',
    reach ? t('terms.reach', { type: reach }) : '',
    grant.within_budget ? t('terms.budget') : '',
    limit ? t('terms.limit', { text: limit.text }) : '',
    grant.needs_approval ? t('terms.approval') : '',
    grant.otherwise_approval ? t('terms.otherwise') : '',
  ].filter(Boolean);
}

function Condition({ grant, when }: { grant: Grant; when: string }) {
  const { t } = useTranslation('why');
  const { value, reads = [] } = grant;
  return (
    <>
      <Group gap="sm">
        <Text size="sm">{t('terms.when')}:</Text>
        <code className="condition">{when}</code>
        {value === true ? <Badge color="green.9">{t('terms.isTrue')}</Badge> : null}
        {value === false ? <Badge color="red.9">{t('terms.isFalse')}</Badge> : null}
      </Group>
      {typeof value === 'string' ? <Text size="sm">{t('terms.failed', { error: value })}</Text> : null}
      {reads.length > 0 ? (
        <Table mt="xs" maw={560} aria-label={t('terms.reads')} highlightOnHover={false}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('terms.fact')}</Table.Th>
              <Table.Th>{t('terms.value')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {reads.map((fact) => (
              <Table.Tr key={fact.name}>
                <Table.Td>
                  <code>{fact.name}</code>
                </Table.Td>
                <Table.Td>
                  {fact.missing ? (
                    <span className="soft">{t('terms.missing')}</span>
                  ) : (
                    <code>{JSON.stringify(fact.value)}</code>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
    </>
  );
}
