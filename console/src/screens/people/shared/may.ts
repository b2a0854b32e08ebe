/** What I may do somewhere. Whether it reaches whom it is about, the server says. */
import type { Me } from '~/api/types';
import { useHere } from '~/app/here';

export type Verb = Me['administers'][number]['verbs'][number];

/** Whether some authority of mine has this verb; the past cannot be changed. */
export function useVerb(verb: Verb): boolean {
  const { me, asOf } = useHere();
  return !asOf && me.administers.some((one) => one.verbs.includes(verb));
}
