/** What kinds of things a product has, and what stands below what. */
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ProductWhole } from '~/api/types';
import { resourceIcon } from '~/parts/Refs';
import { typesBelow, useTypeNaming } from '~/screens/where/naming';

export function TypesPart({ product }: { product: ProductWhole }) {
  const { t } = useTranslation('products');
  return (
    <Stack gap="sm" className="scrolls">
      <Text size="sm" c="dimmed">
        {t('types.lead')}
      </Text>
      <ul className="types">
        <Type kind="product" product={product} above={[]} />
      </ul>
    </Stack>
  );
}

function Type({ kind, product, above }: { kind: string; product: ProductWhole; above: string[] }) {
  const { t } = useTranslation('products');
  const typeName = useTypeNaming(product);
  const Picture = resourceIcon(`${kind}:`);
  const below = typesBelow(kind, product);
  const itself = below.includes(kind);
  const others = below.filter((one) => one !== kind && !above.includes(one));
  const refines = product.resource_types.some((one) => one.id === kind && one.refines);
  return (
    <li>
      <span className="type">
        <Picture size={16} stroke={1.6} aria-hidden className="soft" />
        {typeName(kind)}
        <code className="faint">{kind}</code>
        {itself ? <span className="faint">{t('types.itself')}</span> : null}
        {refines ? <span className="faint">{t('types.refines')}</span> : null}
      </span>
      {others.length > 0 ? (
        <ul>
          {others.map((one) => (
            <Type key={one} kind={one} product={product} above={[...above, kind]} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}
