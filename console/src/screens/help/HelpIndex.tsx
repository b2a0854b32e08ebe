import { Page } from '~/parts/Page';

export function HelpIndex() {
  return <Page title="HelpIndex">…</Page>;
}
