import { Page } from '~/parts/Page';

export function KeyPage() {
  return <Page title="KeyPage">…</Page>;
}
