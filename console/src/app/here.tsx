/** Where one is: the organization, who looks, and the instant that is looked at. */
import { createContext, useContext } from 'react';
import type { Me, SessionShown } from '~/api/types';

export interface Here {
  org: string;
  me: Me;
  session: SessionShown;
  /** A revision or an instant of the past; nothing for now. */
  asOf: string | undefined;
}

const HereContext = createContext<Here | null>(null);

export const HereProvider = HereContext.Provider;

export function useHere(): Here {
  const here = useContext(HereContext);
  if (!here) throw new Error('used outside of the signed-in part');
  return here;
}

/** Whether there is something for me to change in a section; the past cannot be changed. */
export function useMay(section: Me['navigation'][number]['section']): boolean {
  const { me, asOf } = useHere();
  return !asOf && me.navigation.some((one) => one.section === section && one.may_change);
}
