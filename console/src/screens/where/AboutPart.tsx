/** What a node is: its facts, who stands in a relation to it, and its type. */
import { Button, Stack, Table, Text, Title } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { split } from '~/api/types';
import { SubjectLink } from '~/parts/Refs';
import { useMayAt } from './may';
import type { NodeGiven } from './NodePane';
import { typesBelow, useTypeNaming } from './naming';
import { PropertiesDialog } from './PropertiesDialog';
import { flat, shownValue } from './properties';

export function AboutPart({ node, product }: NodeGiven) {
  const { t } = useTranslation('where');
  const typeName = useTypeNaming(product);
  const [editing, setEditing] = useState(false);
  const kind = split(node.id)[0];
  const edits = useMayAt(node)('manage_resources') && kind !== 'organization' && kind !== 'product';
  const facts = flat(node.properties);
  const below = typesBelow(kind, product).map(typeName);
  return (
    <Stack gap="lg">
      <section>
        <Title order={3} mb={6}>
          {t('about.facts')}
        </Title>
        {facts.length > 0 ? (
          <Table withRowBorders layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th w="35%">{t('about.name')}</Table.Th>
                <Table.Th>{t('about.value')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {facts.map(([name, value]) => (
                <Table.Tr key={name}>
                  <Table.Td>
                    <code>{name}</code>
                  </Table.Td>
                  <Table.Td className="fact-value">{shownValue(value)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        ) : (
          <Text size="sm" c="dimmed">
            {t('about.noFacts')}
          </Text>
        )}
        {edits ? (
          <Button
            mt="sm"
            variant="default"
            leftSection={<IconPencil size={16} aria-hidden />}
            onClick={() => setEditing(true)}
          >
            {t('about.edit')}
          </Button>
        ) : null}
      </section>
      {node.relations.length > 0 ? (
        <section>
          <Title order={3} mb={6}>
            {t('about.relations')}
          </Title>
          <Stack gap={4}>
            {node.relations.map((one) => (
              <Text size="sm" component="div" key={one.relation + one.subject}>
                <SubjectLink subject={one.subject} /> <span className="soft">{one.relation}</span>
              </Text>
            ))}
          </Stack>
        </section>
      ) : null}
      <section>
        <Title order={3} mb={6}>
          {t('about.type')}
        </Title>
        <Text size="sm">
          {typeName(kind)} <code className="faint">{kind}</code>
        </Text>
        <Text size="sm" c="dimmed">
          {below.length > 0 ? t('about.below', { types: below.join(', ') }) : t('about.nothingBelow')}
        </Text>
      </section>
      {editing ? <PropertiesDialog node={node} close={() => setEditing(false)} /> : null}
    </Stack>
  );
}
