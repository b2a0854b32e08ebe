/** What the cell means that the keyboard or the mouse is at. */
import { Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { splitRole } from '~/api/types';
import { PresentationChip } from '~/parts/Decision';
import { RoleLink } from '~/parts/Refs';
import { exactTime } from '~/parts/When';
import { signOf } from './CellMark';
import { type Cells, cellAt, changed, type Permission, type Role } from './model';
import { deniedOf, useCellWords, useTerms } from './words';

interface Given {
  role: Role;
  permission: Permission;
  cells: Cells;
  before: { cells: Cells; at: string } | undefined;
}

export function Explained({ role, permission, cells, before }: Given) {
  const { t } = useTranslation('matrix');
  const words = useCellWords();
  const terms = useTerms()(cellAt(cells, role.role, permission.permission));
  const [product, id] = splitRole(permission.permission);
  const cell = cellAt(cells, role.role, permission.permission);
  const Sign = signOf(cell.state, deniedOf(permission));
  const was =
    before && changed(cells, before.cells, role.role, permission.permission)
      ? cellAt(before.cells, role.role, permission.permission)
      : undefined;
  return (
    <section className="explained" aria-label={t('explained.label')} aria-live="polite">
      <span className="mark large" data-outcome={cell.state} aria-hidden>
        <Sign size={22} stroke={1.9} />
      </span>
      <div className="explained-text">
        <Group gap={8}>
          <RoleLink role={role.role} />
          <span aria-hidden className="soft">
            ·
          </span>
          <Text size="sm" fw={600}>
            {permission.title}
          </Text>
          <code className="faint">{id}</code>
        </Group>
        <Text size="sm">
          {words(cell, permission)}
          {permission.control ? (
            <span className="soft"> {t('explained.control', { control: permission.control })}</span>
          ) : null}
        </Text>
        {terms.length > 0 ? (
          <ul className="terms">
            {terms.map((term) => (
              <li key={term}>{term}</li>
            ))}
          </ul>
        ) : null}
        {cell.state === 'deny' && (permission.also ?? []).length > 0 ? (
          <Group gap={8} className="also">
            <span className="soft">{t('explained.also')}</span>
            {(permission.also ?? []).map((one) => (
              <span key={one.control} className="also-one">
                {one.control} <PresentationChip state={one.state} />
              </span>
            ))}
          </Group>
        ) : null}
        {was && before ? (
          <Text size="sm" className="was">
            {t('compare.was', { when: exactTime(before.at), was: words(was, permission) })}
          </Text>
        ) : null}
      </div>
      <Group gap="md" className="explained-links">
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/people" search={{ role: role.role }} {...props} />}
        >
          {t('explained.holders')}
        </Anchor>
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link
              to="/where"
              search={{
                at: `product:${product}`,
                show: 'can',
                permission: permission.permission,
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
