/** What a role gives, by area, each with its terms and where it comes from. */
import { Text, TextInput, Title } from '@mantine/core';
import { IconFileOff, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProductWhole, RoleWhole } from '~/api/types';
import { Empty } from '~/parts/Empty';
import { RoleName } from '~/parts/Refs';
import { local, termsKey, termsOf } from './draft';
import { TermsView } from './TermsView';
import type { GrantShown } from './types';
import { useGroups } from './words';

/** So many, and a search field helps. */
const MANY = 12;

export function RoleGrants({ role, product }: { role: RoleWhole; product: ProductWhole | undefined }) {
  const { t } = useTranslation('roles');
  const [sought, setSought] = useState('');
  const groups = useGroups(product);
  const low = sought.trim().toLowerCase();
  const fits = role.grants.filter((one) => `${one.title} ${one.permission}`.toLowerCase().includes(low));
  const shown = groups
    .map((group) => ({
      ...group,
      grants: group.permissions.flatMap(({ id }) => fits.filter((one) => local(one.permission) === id)),
    }))
    .filter((group) => group.grants.length > 0);
  if (role.grants.length === 0)
    return <Empty icon={IconFileOff} title={t('grants.none')} text={t('grants.noneText')} />;
  return (
    <div>
      {role.grants.length > MANY ? (
        <TextInput
          aria-label={t('grants.find')}
          placeholder={t('grants.find')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
          maw={340}
          mb="sm"
        />
      ) : null}
      {shown.map((group) => (
        <section key={group.id} className="grant-group">
          <Title order={2} size="h3">
            {group.title}{' '}
            <Text span size="xs" className="soft">
              {group.grants.length}
            </Text>
          </Title>
          <ul className="grants">
            {group.grants.map((grant) => (
              <GrantLine
                key={grant.permission + termsKey(termsOf(grant))}
                grant={grant}
                role={role}
                product={product}
              />
            ))}
          </ul>
        </section>
      ))}
      {shown.length === 0 ? <Text size="sm">{t('grants.nothing', { sought })}</Text> : null}
    </div>
  );
}

interface LineGiven {
  grant: GrantShown;
  role: RoleWhole;
  product: ProductWhole | undefined;
}

function GrantLine({ grant, role, product }: LineGiven) {
  const { t } = useTranslation('roles');
  const id = local(grant.permission);
  const bundle = grant.implied_by ? local(grant.implied_by) : null;
  const bundleTitle = product?.permissions.find((one) => one.id === bundle)?.title ?? bundle;
  const from = grant.from && `${role.product}/${grant.from}` !== role.id ? grant.from : null;
  return (
    <li className="grant" data-implied={bundle ? true : undefined}>
      <div className="grant-name">
        <span>{grant.title}</span> <code className="faint">{id}</code>
      </div>
      <div className="grant-how">
        <TermsView terms={termsOf(grant)} product={role.product} />
        {bundle ? <span className="faint">{t('grants.bundle', { bundle: bundleTitle })}</span> : null}
        {from ? (
          <span className="faint">
            {t('grants.from')} <RoleName role={`${role.product}/${from}`} />
          </span>
        ) : null}
      </div>
    </li>
  );
}
