/** Two people's screens beside each other, control by control, with what differs marked. */
import { Badge, Group, Table, Text } from '@mantine/core';
import { IconArrowsDiff, IconEqual } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Empty } from '~/parts/Empty';
import { Mock } from './Mock';
import { areaOf, byArea, type ControlShown, type Pair, pairs } from './screen';

interface Someone {
  name: string;
  subject: string;
  controls: ControlShown[];
}

interface Given {
  first: Someone;
  second: Someone;
  resource: string;
  onlyDifferences: boolean;
}

export function Beside({ first, second, resource, onlyDifferences }: Given) {
  const { t } = useTranslation('seeAs');
  const all = pairs(first.controls, second.controls);
  const differing = all.filter((pair) => pair.differs);
  const shown = onlyDifferences ? differing : all;
  return (
    <section>
      <Group gap="xs" mb="sm" role="status">
        <Text className="difference-count">{t('beside.count', { count: differing.length })}</Text>
        <Text size="sm" className="soft">
          {t('beside.of', { count: all.length })}
        </Text>
      </Group>
      {shown.length === 0 ? (
        <Empty icon={IconEqual} title={t('beside.same')} />
      ) : (
        <Table.ScrollContainer minWidth={640}>
          <Table
            className="beside"
            aria-label={t('beside.label', { first: first.name, second: second.name })}
            highlightOnHover={false}
            verticalSpacing={5}
          >
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('beside.what')}</Table.Th>
                <Table.Th>{first.name}</Table.Th>
                <Table.Th>{second.name}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            {byArea(shown, (pair) => areaOf(pair.first)).map((area) => (
              <Table.Tbody key={area.title ?? ''}>
                <Table.Tr className="beside-area">
                  <Table.Th colSpan={3} scope="rowgroup">
                    {area.title ?? t('screen.areas')}
                  </Table.Th>
                </Table.Tr>
                {area.items.map((pair) => (
                  <PairRow
                    key={pair.first.permission}
                    pair={pair}
                    subjects={[first.subject, second.subject]}
                    resource={resource}
                  />
                ))}
              </Table.Tbody>
            ))}
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}

interface RowGiven {
  pair: Pair;
  subjects: [string, string];
  resource: string;
}

function PairRow({ pair, subjects, resource }: RowGiven) {
  const { t } = useTranslation('seeAs');
  const { first, second, differs } = pair;
  return (
    <Table.Tr data-differs={differs || undefined}>
      <Table.Th scope="row">
        {first.title}{' '}
        {differs ? (
          <Badge color="yellow.9" leftSection={<IconArrowsDiff size={12} aria-hidden />}>
            {t('beside.differs')}
          </Badge>
        ) : null}
      </Table.Th>
      <Table.Td>
        <Mock control={first} subject={subjects[0]} resource={resource} named />
      </Table.Td>
      <Table.Td>
        <Mock control={second} subject={subjects[1]} resource={resource} named />
      </Table.Td>
    </Table.Tr>
  );
}
