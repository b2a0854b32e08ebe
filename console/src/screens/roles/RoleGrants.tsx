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
  const named = namedOf(role.grants);
  const shown = groups
    .map((group) => ({
      ...group,
      grants: group.permissions.flatMap(({ id }) =>
        named.filter((one) => local(one.grant.permission) === id && mentions(one, low)),
      ),
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
            {group.grants.map((named) => (
              <GrantLine
                key={named.grant.permission + termsKey(termsOf(named.grant))}
                named={named}
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

/** A grant with the acts that it covers as a bundle. */
interface Named {
  grant: GrantShown;
  acts: GrantShown[];
}

/** Acts stand with the bundle that gives them, under the same terms; alone where it is not there any more. */
export function namedOf(grants: GrantShown[]): Named[] {
  const same = (act: GrantShown, bundle: GrantShown) =>
    act.implied_by === bundle.permission && termsKey(termsOf(act)) === termsKey(termsOf(bundle));
  const withBundle = (act: GrantShown) => grants.some((one) => !one.implied_by && same(act, one));
  return grants
    .filter((grant) => !grant.implied_by || !withBundle(grant))
    .map((grant) => ({ grant, acts: grant.implied_by ? [] : grants.filter((act) => same(act, grant)) }));
}

const mentions = ({ grant, acts }: Named, sought: string) =>
  [grant, ...acts].some((one) => `${one.title} ${one.permission}`.toLowerCase().includes(sought));

interface LineGiven {
  named: Named;
  role: RoleWhole;
  product: ProductWhole | undefined;
}

function GrantLine({ named: { grant, acts }, role, product }: LineGiven) {
  const { t } = useTranslation('roles');
  const bundle = grant.implied_by ? local(grant.implied_by) : null;
  const bundleTitle = product?.permissions.find((one) => one.id === bundle)?.title ?? bundle;
  const from = grant.from && `${role.product}/${grant.from}` !== role.id ? grant.from : null;
  return (
    <li className="grant">
      <div>
        <span>{grant.title}</span> <code className="faint">{local(grant.permission)}</code>
        {acts.length > 0 ? (
          <div className="faint">{t('grants.covers', { acts: acts.map((act) => act.title).join(', ') })}</div>
        ) : null}
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
