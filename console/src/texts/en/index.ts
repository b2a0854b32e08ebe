import { account } from './account';
import { approvals } from './approvals';
import { common } from './common';
import { decisions } from './decisions';
import { health } from './health';
import { help } from './help';
import { history } from './history';
import { matrix } from './matrix';
import { people } from './people';
import { problems } from './problems';
import { products } from './products';
import { roles } from './roles';
import { seeAs } from './seeAs';
import { start } from './start';
import { where } from './where';
import { why } from './why';

export const en = {
  common,
  start,
  problems,
  people,
  roles,
  where,
  matrix,
  why,
  seeAs,
  help,
  history,
  health,
  products,
  approvals,
  account,
  decisions,
};
