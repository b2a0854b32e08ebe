import { Page } from '~/parts/Page';

export function Where() {
  return <Page title="Where">…</Page>;
}
