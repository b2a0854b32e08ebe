/** What the cell means that the keyboard or the mouse is at. */
import { Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { type PermissionShown, type ProductWhole, type RoleShown, splitRole } from '~/api/types';
import { RoleLink } from '~/parts/Refs';
import { exactTime } from '~/parts/When';
import { signOf } from './CellMark';
import { type Cell, type Cells, cellAt, changed } from './model';
import { useCellWords, useTerms } from './words';

interface Given {
  product: ProductWhole;
  role: RoleShown;
  permission: PermissionShown;
  cells: Cells;
  before: { cells: Cells; at: string } | undefined;
}

export function Explained({ product, role, permission, cells, before }: Given) {
  const { t } = useTranslation('matrix');
  const words = useCellWords(product.permissions);
  const cell = cellAt(cells, role.id, permission.id);
  const Sign = signOf(cell.outcome, permission.when_denied);
  const was =
    before && changed(cells, before.cells, role.id, permission.id)
      ? cellAt(before.cells, role.id, permission.id)
      : undefined;
  return (
    <section className="explained" aria-label={t('explained.label')} aria-live="polite">
      <span className="mark large" data-outcome={cell.outcome} aria-hidden>
        <Sign size={22} stroke={1.9} />
      </span>
      <div className="explained-text">
        <Group gap={8}>
          <RoleLink role={role.id} />
          <span aria-hidden className="soft">
            ·
          </span>
          <Text size="sm" fw={600}>
            {permission.title}
          </Text>
          <code className="faint">{permission.id}</code>
        </Group>
        <Text size="sm">
          {words(cell, permission)}
          {permission.control ? (
            <span className="soft"> {t('explained.control', { control: permission.control })}</span>
          ) : null}
        </Text>
        {cell.outcome === 'allow' || cell.outcome === 'deny' ? null : (
          <Terms role={role} permission={permission} />
        )}
        {was && before ? (
          <Text size="sm" className="was">
            {t('compare.was', { when: exactTime(before.at), was: words(was, permission) })}
          </Text>
        ) : null}
      </div>
      <Group gap="md" className="explained-links">
        <Anchor size="sm" renderRoot={(props) => <Link to="/people" search={{ role: role.id }} {...props} />}>
          {t('explained.holders')}
        </Anchor>
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link
              to="/where"
              search={{
                at: `product:${product.id}`,
                show: 'can',
                permission: `${product.id}/${permission.id}`,
              }}
              {...props}
            />
          )}
        >
          {t('explained.whoCan')}
        </Anchor>
      </Group>
    </section>
  );
}

/** The terms under which the role grants it: asked for when somebody looks at such a cell. */
function Terms({ role, permission }: { role: RoleShown; permission: PermissionShown }) {
  const { t } = useTranslation('matrix');
  const terms = useTerms();
  const [product, id] = splitRole(role.id);
  const whole = useRead('/v1/orgs/{org}/roles/{product}/{role}', { path: { product, role: id } });
  const grants = (whole.data?.grants ?? []).filter((one) => one.permission === `${product}/${permission.id}`);
  if (whole.isLoading) return <Text size="sm">…</Text>;
  return (
    <ul className="terms">
      {grants.flatMap(terms).map((term) => (
        <li key={term}>{term}</li>
      ))}
      {grants.length > 1 ? <li className="soft">{t('terms.several')}</li> : null}
    </ul>
  );
}

export type { Cell };
