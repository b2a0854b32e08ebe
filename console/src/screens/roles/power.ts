/** What I may do with roles, as the server says of me. The rules for each role come on top: the server has the last word. */
import { type RoleShown, split, splitRole } from '~/api/types';
import { useHere } from '~/app/here';

type Verb = 'create_roles' | 'edit_roles' | 'delete_roles';

export interface Power {
  /** In some product. */
  somewhere: (verb: Verb) => boolean;
  in: (verb: Verb, product: string) => boolean;
}

export function usePower(): Power {
  const { me, asOf } = useHere();
  const held = (verb: Verb) => (asOf ? [] : me.administers.filter((one) => one.verbs.includes(verb)));
  return {
    somewhere: (verb) => held(verb).length > 0,
    in: (verb, product) =>
      held(verb).some(({ scope, assignable }) => {
        const [kind, id] = split(scope);
        if (kind === 'organization') return true;
        if (kind === 'product') return id === product;
        return assignable.some((role) => splitRole(role)[0] === product);
      }),
  };
}

export const isCustom = (role: Pick<RoleShown, 'type'>) => role.type === 'custom';
