/** What the one who looks may do at a node. The server decides; this only keeps buttons away that it would refuse. */
import type { Me, ResourceRef } from '~/api/types';
import { useHere } from '~/app/here';

type Verb = Me['administers'][number]['verbs'][number];

export interface Placed {
  id: ResourceRef;
  ancestors: ResourceRef[];
}

/** Authority reaches from where it is held to everything below. */
export function mayAt(me: Pick<Me, 'administers'>, node: Placed, verb: Verb): boolean {
  return me.administers.some(
    (one) => one.verbs.includes(verb) && (one.scope === node.id || node.ancestors.includes(one.scope)),
  );
}

/** The same for who is signed in; nothing of the past can be changed. */
export function useMayAt(node: Placed): (verb: Verb) => boolean {
  const { me, asOf } = useHere();
  return (verb) => !asOf && mayAt(me, node, verb);
}
