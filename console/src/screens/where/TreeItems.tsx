/** The nodes of the tree: those that ask for their children, and those that a search found. */
import { Loader } from '@mantine/core';
import { IconChevronRight, IconEyeOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '~/api/read';
import { type ResourceRef, type ResourceShown, split } from '~/api/types';
import { resourceIcon } from '~/parts/Refs';
import type { Found } from './found';
import { useNaming } from './naming';
import { useTree } from './treeContext';
import { nodeId } from './treeKeys';

const useChildren = (parent: ResourceRef) =>
  useList('/v1/orgs/{org}/resources', { query: { parent, depth: 1 } }, { page: 200 });

/** Asks for the children of a node before it is drawn, so that a deep node is not waited for level by level. */
export function Warm({ parent }: { parent: ResourceRef }) {
  useChildren(parent);
  return null;
}

interface ItemGiven {
  id: ResourceRef;
  properties?: Record<string, unknown> | undefined;
  level: number;
  nameOnly: boolean;
  /** Nothing, if there is nothing below. */
  open: boolean | undefined;
  children?: ReactNode;
}

function Item({ id, properties, level, nameOnly, open, children }: ItemGiven) {
  const { t } = useTranslation('where');
  const tree = useTree();
  const label = useNaming()(id, properties);
  const Picture = resourceIcon(id);
  const said = [label, split(id)[0].split('/').at(-1), nameOnly ? t('nameOnly.short') : ''].filter(Boolean);
  return (
    <>
      <div
        role="treeitem"
        tabIndex={-1}
        id={nodeId(id)}
        className="tree-item"
        data-ref={id}
        data-label={label}
        data-active={tree.active === id || undefined}
        aria-label={said.join(', ')}
        aria-level={level}
        aria-selected={tree.at === id}
        {...(open === undefined ? {} : { 'aria-expanded': open })}
      >
        <div className="tree-row" style={{ paddingLeft: 6 + (level - 1) * 16 }} title={id}>
          <span className="tree-fold" data-open={open}>
            {open === undefined ? null : <IconChevronRight size={14} aria-hidden />}
          </span>
          <Picture size={16} stroke={1.6} aria-hidden className="tree-icon" />
          <span className={nameOnly ? 'tree-label name-only' : 'tree-label'}>
            <Marked text={label} sought={tree.sought} />
          </span>
          {nameOnly ? <IconEyeOff size={13} aria-hidden className="tree-icon" /> : null}
        </div>
      </div>
      {open ? children : null}
    </>
  );
}

/** Shows where a text has what was sought. */
function Marked({ text, sought }: { text: string; sought: string }) {
  const at = sought ? text.toLowerCase().indexOf(sought.toLowerCase()) : -1;
  if (at < 0) return <>{text}</>;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + sought.length)}</mark>
      {text.slice(at + sought.length)}
    </>
  );
}

type Lazy = Pick<ResourceShown, 'id' | 'has_children' | 'seen'> & { properties?: Record<string, unknown> };

/** A node whose children are asked for when it is unfolded. An only child, and what leads to what is seen, is open. */
export function LazyItem({ node, level, alone }: { node: Lazy; level: number; alone?: boolean }) {
  const tree = useTree();
  const usual = alone || node.seen === 'name' || tree.ancestors.includes(node.id);
  const open = node.has_children ? (tree.unfolded[node.id] ?? usual) : undefined;
  return (
    <Item id={node.id} properties={node.properties} level={level} nameOnly={node.seen === 'name'} open={open}>
      <Branch parent={node.id} level={level + 1} />
    </Item>
  );
}

function Branch({ parent, level }: { parent: ResourceRef; level: number }) {
  const { t } = useTranslation('where');
  const below = useChildren(parent);
  return (
    <div role="group">
      {below.items.map((node) => (
        <LazyItem key={node.id} node={node} level={level} alone={below.items.length === 1} />
      ))}
      {below.isLoading ? <Loader size="xs" ml={level * 16} my={4} aria-label={t('tree.loading')} /> : null}
      {below.hasMore ? <More parent={parent} level={level} more={below.more} /> : null}
    </div>
  );
}

/** The last of many: asks for those after it. */
function More({ parent, level, more }: { parent: ResourceRef; level: number; more: () => void }) {
  const { t } = useTranslation('where');
  const tree = useTree();
  const id = `more ${parent}`;
  return (
    <div
      role="treeitem"
      tabIndex={-1}
      id={nodeId(id)}
      className="tree-item"
      data-ref={id}
      data-active={tree.active === id || undefined}
      aria-selected={false}
      aria-level={level}
    >
      <button
        type="button"
        tabIndex={-1}
        className="tree-row more"
        style={{ paddingLeft: 22 + (level - 1) * 16 }}
        onClick={more}
      >
        {t('tree.more')}
      </button>
    </div>
  );
}

/** A node that a search found, or that leads to one; open unless somebody folds it. */
export function FoundItem({ node, level }: { node: Found; level: number }) {
  const tree = useTree();
  return (
    <Item
      id={node.id}
      properties={node.properties}
      level={level}
      nameOnly={node.nameOnly}
      open={node.children.length > 0 ? (tree.unfolded[node.id] ?? true) : undefined}
    >
      <div role="group">
        {node.children.map((child) => (
          <FoundItem key={child.id} node={child} level={level + 1} />
        ))}
      </div>
    </Item>
  );
}
