/** The text that says what a product's roles and permissions are. Who wants to know why reads the comments. */
import { Anchor, Group, Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { readKey } from '~/api/read';
import { useHere } from '~/app/here';
import { ProblemNote } from '~/parts/ProblemNote';

const PATH = '/v1/orgs/{org}/products/{product}/catalog' as const;

export function CatalogPart({ product }: { product: string }) {
  const { t } = useTranslation('products');
  const { org, asOf } = useHere();
  const catalog = useQuery({
    queryKey: [...readKey(org, asOf, PATH, { path: { product } }), 'text'],
    queryFn: ({ signal }) =>
      must(
        client.GET(PATH, {
          params: { path: { org, product }, query: asOf ? { as_of: asOf } : {} },
          parseAs: 'text',
          signal,
        }),
      ),
  });
  const address = `/v1/orgs/${encodeURIComponent(org)}/products/${encodeURIComponent(product)}/catalog`;
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text size="sm" c="dimmed" maw={640}>
          {t('catalog.lead')}
        </Text>
        <Anchor
          size="sm"
          href={asOf ? `${address}?as_of=${encodeURIComponent(asOf)}` : address}
          download={`${product}.yaml`}
        >
          {t('catalog.download')}
        </Anchor>
      </Group>
      {catalog.error ? <ProblemNote error={catalog.error} /> : null}
      {catalog.isLoading ? <Loader size="sm" aria-label={t('loading')} /> : null}
      {typeof catalog.data === 'string' ? <Yaml text={catalog.data} /> : null}
    </>
  );
}

/** Comments stand back a little; line numbers are not copied. */
function Yaml({ text }: { text: string }) {
  const { t } = useTranslation('products');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with the keyboard
    <section className="catalog" tabIndex={0} aria-label={t('parts.catalog')}>
      <pre>
        {text.split('\n').map((line, index) => (
          <span key={index} className={/^\s*#/.test(line) ? 'catalog-line comment' : 'catalog-line'}>
            {line}
            {'\n'}
          </span>
        ))}
      </pre>
    </section>
  );
}
