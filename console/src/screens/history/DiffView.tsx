/** What an entry made different, thing by thing and field by field. */
import { Badge, Group, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { components } from '~/api/schema';
import { type FieldDiff, fieldsOf, short } from './fields';

type Difference = components['schemas']['Difference'];

const COLORS = { added: 'green.9', removed: 'red.9', changed: 'blue.9' } as const;

export function DiffView({ differences, count }: { differences: Difference[]; count: number }) {
  const { t, i18n } = useTranslation('history');
  const thing = (kind: string) => {
    const key = `history:things.${kind}`;
    return i18n.exists(key) ? i18n.t(key as never) : kind;
  };
  return (
    <Stack gap="sm">
      {differences.map((one) => (
        <div key={one.kind + one.name} className="diff-thing">
          <Group gap={8} className="diff-head">
            <Badge color={COLORS[one.became]}>{t(`diff.${one.became}`)}</Badge>
            <Text size="sm" fw={600}>
              {thing(one.kind)}
            </Text>
            <Text size="sm" className="diff-name">
              {one.name}
            </Text>
          </Group>
          <Fields
            label={`${thing(one.kind)} ${one.name}`}
            fields={fieldsOf(one.before, one.after)}
            became={one.became}
          />
        </div>
      ))}
      {count > differences.length ? (
        <Text size="xs" className="soft">
          {t('diff.more', { count: count - differences.length })}
        </Text>
      ) : null}
    </Stack>
  );
}

function Fields({
  label,
  fields,
  became,
}: {
  label: string;
  fields: FieldDiff[];
  became: Difference['became'];
}) {
  const { t } = useTranslation('history');
  if (fields.length === 0) return null;
  return (
    <div className="diff-scroll">
      <Table aria-label={label} highlightOnHover={false} className="diff-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('diff.field')}</Table.Th>
            {became === 'added' ? null : <Table.Th>{t('diff.before')}</Table.Th>}
            {became === 'removed' ? null : <Table.Th>{t('diff.after')}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map((field) => (
            <Table.Tr key={field.name}>
              <Table.Th scope="row">
                <code>{field.name}</code>
              </Table.Th>
              {became === 'added' ? null : (
                <Table.Td className="diff-before">
                  <Value value={field.before} list={field.list?.gone} />
                </Table.Td>
              )}
              {became === 'removed' ? null : (
                <Table.Td className="diff-after">
                  <Value value={field.after} list={field.list?.come} />
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Value({ value, list }: { value: unknown; list: string[] | undefined }) {
  const { t } = useTranslation('history');
  if (list)
    return list.length === 0 ? (
      <span className="soft">{t('diff.empty')}</span>
    ) : (
      <ul className="diff-list">
        {list.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    );
  if (value === undefined || value === null) return <span className="soft">{t('diff.empty')}</span>;
  if (typeof value === 'boolean') return <>{value ? t('diff.yes') : t('diff.no')}</>;
  return <>{short(value)}</>;
}
