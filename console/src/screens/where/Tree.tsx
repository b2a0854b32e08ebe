/**
 * A tree as the ARIA practices have it: arrows move and unfold, Home and End go to the ends, a letter goes to the next node
 * that begins with it, Enter chooses. Children are asked for when their node is unfolded.
 */
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import type { ResourceRef } from '~/api/types';
import { useHere } from '~/app/here';
import type { Found } from './found';
import { FoundItem, LazyItem, Warm } from './TreeItems';
import { type InTree, TreeContext } from './treeContext';
import { keyMove, nodeId } from './treeKeys';
import { type Unfolded, useUnfolded, without } from './unfolded';

interface Given {
  at: ResourceRef;
  sought: string;
  /** What was found, instead of all that there is. */
  found: Found[] | undefined;
  choose: (ref: ResourceRef) => void;
}

export function Tree({ at, sought, found, choose }: Given) {
  const { t } = useTranslation('where');
  const { org } = useHere();
  const box = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<ResourceRef | null>(null);
  const [unfolded, setUnfolded] = useUnfolded();
  const whole = useRead('/v1/orgs/{org}/resources/{resource}', { path: { resource: at } });
  const ancestors = whole.data?.ancestors ?? [];
  const [foldedFound, setFoldedFound] = useState<Unfolded>({});
  const toggle = (ref: ResourceRef, open: boolean) =>
    (found ? setFoldedFound : setUnfolded)((before) => ({ ...before, [ref]: open }));
  const wayUp = ancestors.join('\n');
  const shownFor = useRef('');
  useEffect(() => {
    if (wayUp === shownFor.current) return;
    shownFor.current = wayUp;
    // Who goes to a node wants to see it, even if something above it was folded before.
    if (wayUp) setUnfolded((before) => without(before, wayUp.split('\n')));
  }, [wayUp, setUnfolded]);
  const pick = (ref: ResourceRef) => {
    setActive(ref);
    choose(ref);
  };
  const shown: InTree = {
    at,
    active,
    unfolded: found ? foldedFound : unfolded,
    ancestors,
    sought,
  };
  const pressed = (event: KeyboardEvent<HTMLDivElement>) => {
    if (!box.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = keyMove(box.current, active, event.key);
    if (!move) return;
    event.preventDefault();
    if (move.kind === 'go') setActive(goTo(move.ref));
    if (move.kind === 'fold') toggle(move.ref, move.open);
    if (move.kind === 'choose') take(move.ref);
  };
  const take = (ref: ResourceRef) => {
    const more = document.getElementById(nodeId(ref))?.querySelector<HTMLElement>(':scope > .more');
    if (more) more.click();
    else pick(ref);
  };
  const clicked = (event: MouseEvent<HTMLDivElement>) => {
    if (!(event.target instanceof Element)) return;
    const item = event.target.closest<HTMLElement>('[role="treeitem"]');
    const ref = item?.dataset.ref;
    if (!ref || item.querySelector(':scope > .more')) return;
    const fold = event.target.closest<HTMLElement>('.tree-fold[data-open]');
    if (fold) toggle(ref, fold.dataset.open !== 'true');
    else pick(ref);
  };
  const arrive = () => {
    if (active && document.getElementById(nodeId(active))) return;
    setActive(document.getElementById(nodeId(at)) ? at : `organization:${org}`);
  };
  return (
    <TreeContext.Provider value={shown}>
      {ancestors.map((ancestor) => (
        <Warm key={ancestor} parent={ancestor} />
      ))}
      <div
        className="tree"
        ref={box}
        role="tree"
        tabIndex={0}
        aria-label={t('tree.label')}
        aria-activedescendant={active ? nodeId(active) : undefined}
        onKeyDown={pressed}
        onClick={clicked}
        onFocus={arrive}
      >
        {found ? (
          found.map((node) => <FoundItem key={node.id} node={node} level={1} />)
        ) : (
          <LazyItem node={{ id: `organization:${org}`, has_children: true, seen: 'place' }} level={1} alone />
        )}
      </div>
    </TreeContext.Provider>
  );
}

/** Brings a node into sight, and says which one it is. */
function goTo(ref: ResourceRef): ResourceRef {
  document.getElementById(nodeId(ref))?.firstElementChild?.scrollIntoView({ block: 'nearest' });
  return ref;
}
