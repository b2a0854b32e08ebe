import type { Answer } from '~/api/read';

/** A node with all that is known of it. */
export type Whole = Answer<'/v1/orgs/{org}/resources/{resource}'>;
