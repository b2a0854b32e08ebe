/** For those who want to know it all: every role that was looked at, and every role that would do. */
import { Accordion, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { OutcomeBadge, reasonText } from '~/parts/Decision';
import { RoleLink, ScopeLink, SubjectLink } from '~/parts/Refs';
import type { Explained, Explanation } from './question';

export function Looked({ answer }: { answer: Explained }) {
  const { t } = useTranslation('why');
  const explanation = answer.context.explanation;
  if (!explanation) return null;
  const { considered = [], considered_total: total = 0, roles_that_grant: roles } = explanation;
  return (
    <Accordion variant="contained" multiple>
      {considered.length > 0 ? (
        <Accordion.Item value="considered">
          <Accordion.Control>{t('looked.title', { count: total })}</Accordion.Control>
          <Accordion.Panel>
            <Considered considered={considered} />
          </Accordion.Panel>
        </Accordion.Item>
      ) : null}
      {roles && roles.length > 0 ? (
        <Accordion.Item value="roles">
          <Accordion.Control>{t('looked.grantTitle', { count: roles.length })}</Accordion.Control>
          <Accordion.Panel>
            <RolesThatGrant roles={roles} />
          </Accordion.Panel>
        </Accordion.Item>
      ) : null}
    </Accordion>
  );
}

function Considered({ considered }: { considered: NonNullable<Explanation['considered']> }) {
  const { t } = useTranslation('why');
  return (
    <Table.ScrollContainer minWidth={620}>
      <Table aria-label={t('looked.table')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('looked.role')}</Table.Th>
            <Table.Th>{t('looked.by')}</Table.Th>
            <Table.Th>{t('looked.at')}</Table.Th>
            <Table.Th>{t('looked.result')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {considered.map((one) => (
            <Table.Tr key={one.role + one.held_by + one.scope}>
              <Table.Td>
                <RoleLink role={one.role} />
              </Table.Td>
              <Table.Td>
                {one.baseline ? (
                  <span className="soft">{t('looked.everybody')}</span>
                ) : (
                  <SubjectLink subject={one.held_by} />
                )}
              </Table.Td>
              <Table.Td>
                <ScopeLink scope={one.scope} />
              </Table.Td>
              <Table.Td>
                <OutcomeBadge outcome={one.outcome} />
                <Text size="xs" mt={2}>
                  {reasonText(one.reason)} {one.detail ? <code>{one.detail}</code> : null}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function RolesThatGrant({ roles }: { roles: NonNullable<Explanation['roles_that_grant']> }) {
  const { t } = useTranslation('why');
  return (
    <Table.ScrollContainer minWidth={620}>
      <Table aria-label={t('looked.grantTable')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('looked.role')}</Table.Th>
            <Table.Th>{t('looked.place')}</Table.Th>
            <Table.Th>{t('looked.all')}</Table.Th>
            <Table.Th>{t('looked.needs')}</Table.Th>
            <Table.Th>{t('looked.may')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {roles.map((one) => (
            <Table.Tr key={one.role}>
              <Table.Td>
                <RoleLink role={one.role} />
                {one.unconditional ? null : (
                  <Text size="xs" className="soft">
                    {t('looked.conditional')}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <ScopeLink scope={one.scope} />
              </Table.Td>
              <Table.Td>{one.grants_in_all}</Table.Td>
              <Table.Td>{(one.requires ?? []).join(', ') || '–'}</Table.Td>
              <Table.Td>{one.asker_may_assign ? t('looked.yes') : t('looked.no')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
