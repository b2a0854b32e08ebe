/** Who administers a product, and how much of it. */
import { Loader, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ScopeLink, SubjectLink } from '~/parts/Refs';
import { useAccess } from './access';

export function AdministratorsPart({ product }: { product: string }) {
  const { t } = useTranslation('products');
  const access = useAccess();
  if (access.isLoading) return <Loader size="sm" aria-label={t('loading')} />;
  const who = access.administratorsOf(product);
  return (
    <Stack gap="lg" className="scrolls">
      <Section title={t('administrators.product')} text={t('administrators.productText')}>
        {who.product.map((subject) => (
          <SubjectLink key={subject} subject={subject} />
        ))}
      </Section>
      <Section title={t('administrators.parts')} text={t('administrators.partsText')}>
        {who.parts.map(({ subject, scope }) => (
          <span key={subject + scope} className="administrator">
            <SubjectLink subject={subject} />
            <ScopeLink scope={scope} />
          </span>
        ))}
      </Section>
      <Section title={t('administrators.everything')} text={t('administrators.everythingText')}>
        {who.everything.map((subject) => (
          <SubjectLink key={subject} subject={subject} />
        ))}
      </Section>
    </Stack>
  );
}

function Section({ title, text, children }: { title: string; text: string; children: React.ReactNode[] }) {
  const { t } = useTranslation('products');
  return (
    <section>
      <Title order={2} size="h3">
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb={8}>
        {text}
      </Text>
      <Stack gap={6}>
        {children.length > 0 ? children : <Text size="sm">{t('administrators.nobody')}</Text>}
      </Stack>
    </section>
  );
}
