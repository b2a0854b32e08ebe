/** What is unfolded in the tree. It is kept while the tab is open, so that coming back finds the tree as it was left. */
import { useSessionStorage } from '@mantine/hooks';
import type { ResourceRef } from '~/api/types';
import { useHere } from '~/app/here';

export type Unfolded = Record<ResourceRef, boolean>;

export function useUnfolded(): [Unfolded, (change: (before: Unfolded) => Unfolded) => void] {
  const { org } = useHere();
  const [unfolded, setUnfolded] = useSessionStorage<Unfolded>({
    key: `ambit-tree-${org}`,
    defaultValue: {},
    getInitialValueInEffect: false,
  });
  return [unfolded, setUnfolded];
}

/** Leaves out some of them, and is the same if none of them was there. */
export function without(unfolded: Unfolded, refs: ResourceRef[]): Unfolded {
  if (!refs.some((ref) => unfolded[ref] === false)) return unfolded;
  return Object.fromEntries(Object.entries(unfolded).filter(([ref]) => !refs.includes(ref)));
}
