import { createContext, useContext } from 'react';
import type { ResourceRef } from '~/api/types';
import type { Unfolded } from './unfolded';

/** What every node of the tree knows. */
export interface InTree {
  /** The chosen node. */
  at: ResourceRef;
  /** The node that the keyboard is at. */
  active: ResourceRef | null;
  unfolded: Unfolded;
  /** What the chosen node stands under: always unfolded, unless somebody folded it. */
  ancestors: ResourceRef[];
  sought: string;
}

export const TreeContext = createContext<InTree | null>(null);

export function useTree(): InTree {
  const tree = useContext(TreeContext);
  if (!tree) throw new Error('used outside of a tree');
  return tree;
}
