/** Which product, where a node belongs to none. */
import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';

export function ProductSelect({
  value,
  onChange,
}: {
  value: string | null;
  onChange: (product: string | null) => void;
}) {
  const { t } = useTranslation('where');
  const { data } = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  return (
    <Select
      label={t('can.product')}
      data={(data?.items ?? []).map((one) => ({ value: one.id, label: one.title }))}
      value={value}
      onChange={onChange}
      searchable
    />
  );
}
