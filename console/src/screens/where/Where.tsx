/** The tree of everything, and beside it what is chosen: what it is, who has what there, and who can do what. */
import { Button, Collapse } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconListTree } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHere } from '~/app/here';
import { Page } from '~/parts/Page';
import { NodePane } from './NodePane';
import { TreePane } from './TreePane';
import './where.css';

export function Where() {
  const { t } = useTranslation('where');
  const { at, q } = useSearch({ from: '/signed-in/where' });
  const navigate = useNavigate({ from: '/where' });
  const start = useStart();
  const node = at ?? start;
  const narrow = useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false }) ?? false;
  const [folded, setFolded] = useState(true);
  const choose = (ref: string) => {
    setFolded(true);
    void navigate({
      search: (before) => ({ ...before, at: ref, permission: sameProduct(before, node, ref) }),
    });
  };
  const seek = (sought: string) =>
    void navigate({ search: (before) => ({ ...before, q: sought || undefined }), replace: true });
  const tree = <TreePane at={node} sought={q ?? ''} seek={seek} choose={choose} />;
  return (
    <Page title={t('title')} lead={t('lead')} help="where" full>
      <div className="where">
        {narrow ? (
          <div className="where-fold">
            <Button
              variant="default"
              leftSection={<IconListTree size={16} aria-hidden />}
              aria-expanded={!folded}
              onClick={() => setFolded(!folded)}
            >
              {folded ? t('tree.show') : t('tree.hide')}
            </Button>
            <Collapse expanded={!folded}>{tree}</Collapse>
          </div>
        ) : (
          tree
        )}
        <NodePane key={node} at={node} />
      </div>
    </Page>
  );
}

/** Where somebody is who chose nothing: at what they administer, or at the top. */
function useStart(): string {
  const { me, org } = useHere();
  return me.landing?.at ?? me.administers[0]?.scope ?? `organization:${org}`;
}

/** A question about a permission goes along to other nodes; what it means depends on the product alone. */
function sameProduct(
  before: { permission?: string | undefined },
  from: string,
  to: string,
): string | undefined {
  return from === to || !to.startsWith('product:') ? before.permission : undefined;
}
