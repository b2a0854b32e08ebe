import { Page } from '~/parts/Page';

export function HelpTopic() {
  return <Page title="HelpTopic">…</Page>;
}
