import { Page } from '~/parts/Page';

export function Groups() {
  return <Page title="Groups">…</Page>;
}
