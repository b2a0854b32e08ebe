/** The name of a role above its column, turned so that many fit side by side. */
import { IconAdjustments, IconPencilStar } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { splitRole } from '~/api/types';
import type { Role } from './model';

interface Given {
  role: Role;
  index: number;
  left: number;
  width: number;
  lit: boolean;
}

export function RoleHead({ role, index, left, width, lit }: Given) {
  const { t } = useTranslation('matrix');
  const [product, id] = splitRole(role.role);
  const kind = role.type === 'system' ? '' : t(`roleKinds.${role.type}`);
  return (
    <div
      role="columnheader"
      tabIndex={-1}
      aria-colindex={index + 2}
      className="matrix-role"
      data-lit={lit || undefined}
      style={{ left, width }}
      title={[role.title, kind].filter(Boolean).join(' · ')}
    >
      {/* The same link is below the table for the cell that the keyboard is at. */}
      <Link to="/roles/$product/$role" params={{ product, role: id }} tabIndex={-1}>
        {role.type === 'custom' ? <IconPencilStar className="role-sign" size={14} aria-label={kind} /> : null}
        {role.type === 'overlaid' ? (
          <IconAdjustments className="role-sign" size={14} aria-label={kind} />
        ) : null}
        <span className="role-name">{role.title}</span>
      </Link>
    </div>
  );
}
