/** Short names for what the API says of roles. */
import type { components } from '~/api/schema';

type Schemas = components['schemas'];

export type CustomGrant = Schemas['CustomGrant'];
export type CustomRole = Schemas['CustomRole'];
export type GrantShown = Schemas['GrantShown'];
export type RoleBody = Schemas['RoleBody'];
export type RoleDiff = Schemas['RoleDiff'];
export type Start = Schemas['Start'];
export type AuthorizedUser = Schemas['AuthorizedUser'];
export type SeatPool = Schemas['SeatPool'];
export type Refusal = Schemas['Refusal'];
