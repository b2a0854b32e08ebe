import { Page } from '~/parts/Page';

export function SeeAs() {
  return <Page title="SeeAs">…</Page>;
}
